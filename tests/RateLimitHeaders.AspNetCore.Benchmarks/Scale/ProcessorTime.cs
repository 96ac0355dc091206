namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>The processor time of this process.</summary>
internal static class ProcessorTime
{
    private static readonly TimeSpan s_pollingInterval = TimeSpan.FromSeconds(1);

    /// <summary>Waits, and tells which share of one core all threads of the process used meanwhile.</summary>
    public static double WhileIdle(TimeSpan time) => While(() => Thread.Sleep(time));

    /// <summary>Waits until something is so, and tells the same; looking for it is part of it.</summary>
    public static double WhileIdleUntil(Func<bool> condition) => While(() =>
    {
        while (!condition())
        {
            Thread.Sleep(s_pollingInterval);
        }
    });

    /// <summary>Tells the processor time that all threads of the process used while something was done.</summary>
    public static TimeSpan Of(Action action)
    {
        var before = Environment.CpuUsage.TotalTime;
        action();
        return Environment.CpuUsage.TotalTime - before;
    }

    private static double While(Action wait)
    {
        var start = TimeProvider.System.GetTimestamp();
        var used = Of(wait);
        return used / TimeProvider.System.GetElapsedTime(start);
    }
}
