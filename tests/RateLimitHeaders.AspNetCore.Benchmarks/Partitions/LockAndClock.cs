namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>
/// The control: a lock and a reading of the clock, which no acquisition does without, and nothing that two threads share. What
/// a second thread adds here is what it can add at most.
/// </summary>
internal sealed class LockAndClock<TCaller> : Contender<TCaller>
{
    // Objects stay in the order in which they were allocated: the arrays keep the lock from sharing a cache line.
    private readonly byte[] _before = new byte[1_024];
    private readonly object _lock = new();
    private readonly byte[] _after = new byte[1_024];

    public override bool Acquire(TCaller caller)
    {
        lock (_lock)
        {
            return TimeProvider.System.GetTimestamp() >= _before[0] + _after[0];
        }
    }

    public override Contender<TCaller> ForAnotherThread() => new LockAndClock<TCaller>();

    public override void Dispose()
    {
    }
}
