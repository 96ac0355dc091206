namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A clock whose timers come when the test says so, as in a process that stands still for a while.</summary>
internal sealed class LateTimers : TimeProvider
{
    private Action? _callback;

    public TimeSpan Now { get; set; }

    public TimeSpan Set { get; private set; } = Timeout.InfiniteTimeSpan;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new LateTimer(this, () => callback(state));

    /// <summary>Has the timer come that was set last.</summary>
    public void Fire() => _callback!();

    private sealed class LateTimer(LateTimers clock, Action callback) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            (clock.Set, clock._callback) = (dueTime, callback);
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
