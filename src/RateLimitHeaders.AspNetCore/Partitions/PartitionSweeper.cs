namespace RateLimitHeaders.AspNetCore;

/// <summary>Drops the partitions of a plan that are full again, now and then, in the background.</summary>
/// <remarks>
/// A partition that nobody uses is full after at most the plan's longest window. Four sweeps in that time visit it at most
/// five times before it goes, however long the window is, so that the cost is one per partition and not one per partition
/// and second; and it stays a quarter longer than it must.
/// </remarks>
internal sealed class PartitionSweeper : IDisposable
{
    private const int SweepsPerWindow = 4;

    private static readonly TimeSpan s_shortestPeriod = TimeSpan.FromSeconds(1);

    // Timers take no more than about 49 days.
    private static readonly TimeSpan s_longestPeriod = TimeSpan.FromDays(49);

    private readonly ITimer _timer;
    private readonly TimeSpan _period;
    private readonly Action _sweep;
    private int _sweeping;
    private int _hastened;

    public PartitionSweeper(TimeProvider timeProvider, TimeSpan longestWindow, Action sweep)
    {
        _sweep = sweep;
        _period = TimeSpan.FromTicks(Math.Clamp(longestWindow.Ticks / SweepsPerWindow, s_shortestPeriod.Ticks, s_longestPeriod.Ticks));
        _timer = timeProvider.CreateTimer(static state => ((PartitionSweeper)state!).Sweep(), this, _period, _period);
    }

    /// <summary>
    /// Sweeps within a second, since there is no room for another partition: some may have been full long before the longest
    /// window was over, as a bucket is from which little was taken.
    /// </summary>
    public void Hasten()
    {
        if (Interlocked.Exchange(ref _hastened, 1) == 0)
        {
            _timer.Change(s_shortestPeriod, _period);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Sweep()
    {
        Volatile.Write(ref _hastened, 0);

        // A sweep of millions may take longer than a second: the next one is skipped rather than doubled.
        if (Interlocked.Exchange(ref _sweeping, 1) == 0)
        {
            _sweep();
            Volatile.Write(ref _sweeping, 0);
        }
    }
}
