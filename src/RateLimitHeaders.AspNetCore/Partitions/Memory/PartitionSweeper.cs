namespace RateLimitHeaders.AspNetCore;

/// <summary>Drops the partitions of a plan that are full again, from time to time, in the background.</summary>
/// <remarks>
/// A partition that no request uses is full after at most the plan's longest window. With four sweeps in that time, it is visited at most
/// five times before it is dropped, however long the window is, so that the cost is one per partition and not one per partition
/// and second; and it is kept a quarter of the window longer than necessary.
/// <para>
/// If there are so many partitions that this would take more than a quarter of a percent of one processor, sweeps are as
/// rare as necessary for that: a million partitions, which take half a second, are kept some three minutes longer than
/// necessary. The bound is five minutes, or a quarter of the window if that is longer; and if there is no room for another
/// partition, a sweep follows within a second.
/// </para>
/// </remarks>
internal sealed class PartitionSweeper : IDisposable
{
    private const int SweepsPerWindow = 4;

    // A quarter of a percent: with windows of 20 s, sweeping a million partitions took 9% before there was this bound.
    private const int PausePerSweep = 400;

    private static readonly TimeSpan s_shortestPeriod = TimeSpan.FromSeconds(1);

    // Timers take no more than about 49 days.
    private static readonly TimeSpan s_longestPeriod = TimeSpan.FromDays(49);

    // A machine that was suspended or busy during a sweep makes it look longer than it was.
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _timer;
    private readonly TimeSpan _period;
    private readonly Action _sweep;
    private bool _isSweeping;
    private bool _isHastened;

    public PartitionSweeper(TimeProvider timeProvider, TimeSpan longestWindow, Action sweep)
    {
        _sweep = sweep;
        _timeProvider = timeProvider;
        _period = TimeSpan.FromTicks(Math.Clamp(longestWindow.Ticks / SweepsPerWindow, s_shortestPeriod.Ticks, s_longestPeriod.Ticks));

        // Partitions of a host that was not stopped are not disposed: the timer does not keep them.
        _timer = timeProvider.CreateTimer(
            static state =>
            {
                if (((WeakReference<PartitionSweeper>)state!).TryGetTarget(out var sweeper))
                {
                    sweeper.Sweep();
                }
            },
            new WeakReference<PartitionSweeper>(this),
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        StartTimer(_period);
    }

    /// <summary>
    /// Sweeps within a second, because there is no room for another partition: some may have been full long before the longest
    /// window was over, such as a bucket from which little was taken.
    /// </summary>
    public void Hasten()
    {
        // A flood must not contend for the lock.
        if (Volatile.Read(ref _isHastened))
        {
            return;
        }

        lock (_lock)
        {
            if (!_isHastened)
            {
                _isHastened = true;
                StartTimer(s_shortestPeriod);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Sweep()
    {
        lock (_lock)
        {
            // A sweep of millions may still run when the next one is due. The next one then starts after it.
            if (_isSweeping)
            {
                return;
            }

            _isSweeping = true;
            _isHastened = false;
        }

        var start = _timeProvider.GetTimestamp();
        _sweep();
        var pause = PauseAfter(_timeProvider.GetElapsedTime(start));
        lock (_lock)
        {
            _isSweeping = false;
            StartTimer(_isHastened ? s_shortestPeriod : pause);
        }
    }

    private TimeSpan PauseAfter(TimeSpan sweep)
    {
        var pause = TimeSpan.FromTicks(Math.Min(PausePerSweep * sweep.Ticks, s_longestPause.Ticks));
        return pause > _period ? pause : _period;
    }

    // One run only: the next pause depends on how long this sweep takes.
    private void StartTimer(TimeSpan due) => _timer.Change(due, Timeout.InfiniteTimeSpan);
}
