namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// A clock that moves only when told, with monotonic time and the wall clock apart, so that a test can move one alone.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    /// <summary>The moment at which both clocks start: a second that is a multiple of no window in the tests but the second.</summary>
    public static readonly DateTimeOffset Start = new(2026, 5, 23, 14, 7, 13, TimeSpan.Zero);

    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _monotonic = TimeSpan.FromSeconds(12345);
    private DateTimeOffset _wallClock = Start;

    /// <summary>Three timestamps per tick of 100 ns: a rate that no code should take for granted.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond * 3;

    /// <summary>Gets or sets what is done before time passes, as what is under way belongs to the moment before.</summary>
    public Action? Moving { get; set; }

    /// <summary>Gets how many timers are running.</summary>
    public int RunningTimers
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count(timer => timer.IsRunning);
            }
        }
    }

    /// <summary>Gets the moment at which the next timer runs; <see langword="null"/> if none is running.</summary>
    public DateTimeOffset? NextTimer
    {
        get
        {
            lock (_lock)
            {
                return _timers.Where(timer => timer.IsRunning).Min(timer => (TimeSpan?)timer.Due) is { } due ? _wallClock + (due - _monotonic) : null;
            }
        }
    }

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _monotonic.Ticks * 3;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _wallClock;
        }
    }

    /// <summary>Lets time pass, and runs the timers that fall due, in order.</summary>
    public void Advance(TimeSpan time)
    {
        var end = Elapse(TimeSpan.Zero) + time;
        while (NextDue(end) is { } timer)
        {
            ElapseUntil(timer.Due);
            timer.Fire();
        }

        ElapseUntil(end);
    }

    /// <summary>Sets the wall clock forwards or back, as an operator or NTP does. No time passes.</summary>
    public void JumpWallClock(TimeSpan by)
    {
        lock (_lock)
        {
            _wallClock += by;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        lock (_lock)
        {
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    private TimeSpan Elapse(TimeSpan time)
    {
        lock (_lock)
        {
            _monotonic += time;
            _wallClock += time;
            return _monotonic;
        }
    }

    /// <summary>Never goes back, though a timer that another thread has just set may be due already.</summary>
    private void ElapseUntil(TimeSpan moment)
    {
        Moving?.Invoke();
        lock (_lock)
        {
            Elapse(TimeSpan.FromTicks(Math.Max(0, (moment - _monotonic).Ticks)));
        }
    }

    private ManualTimer? NextDue(TimeSpan end)
    {
        lock (_lock)
        {
            return _timers.Where(timer => timer.IsRunning && timer.Due <= end).MinBy(timer => timer.Due);
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, Action callback) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public TimeSpan Due { get; private set; }

        public bool IsRunning { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var now = clock.Elapse(TimeSpan.Zero);
            lock (clock._lock)
            {
                IsRunning = dueTime != Timeout.InfiniteTimeSpan;
                Due = IsRunning ? now + dueTime : default;
                _period = period;
            }

            return true;
        }

        public void Fire()
        {
            lock (clock._lock)
            {
                IsRunning = _period > TimeSpan.Zero;
                Due += _period;
            }

            callback();
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                IsRunning = false;
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
