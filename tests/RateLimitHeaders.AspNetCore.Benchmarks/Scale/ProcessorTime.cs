namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>The processor time of this process.</summary>
internal static class ProcessorTime
{
    /// <summary>Waits, and tells which share of one core all threads of the process used meanwhile.</summary>
    public static double WhileIdle(TimeSpan time)
    {
        var start = TimeProvider.System.GetTimestamp();
        var used = Of(() => Thread.Sleep(time));
        return used / TimeProvider.System.GetElapsedTime(start);
    }

    /// <summary>Tells the processor time that all threads of the process used while something was done.</summary>
    public static TimeSpan Of(Action action)
    {
        var before = Environment.CpuUsage.TotalTime;
        action();
        return Environment.CpuUsage.TotalTime - before;
    }
}
