namespace RateLimitHeaders.AspNetCore;

/// <summary>Permits that a store has already counted, and this server may use for some time. They are guarded by the lock of their caller.</summary>
internal sealed class Batch
{
    // While NTP adjusts a clock, its rate may be off by 1/2000. The rates of two clocks may differ by 1/1000.
    private const int DriftDivisor = 1_000;

    private readonly long _calledAt;
    private readonly long _usable;

    /// <param name="answer">The store's answer, with the terms of the batch.</param>
    /// <param name="calledAt">The moment before the call of the store: its decision cannot be older.</param>
    public Batch(RateLimitDecision answer, long calledAt)
    {
        _calledAt = calledAt;
        _usable = answer.Batch.Usable.Ticks - (answer.Batch.Usable.Ticks / DriftDivisor);
        Answer = answer;
        Left = answer.Batch.Extra;
    }

    /// <summary>Gets the store's answer, which contains where the permits were counted.</summary>
    public RateLimitDecision Answer { get; }

    /// <summary>Gets the number of permits that it had, in addition to those that were used at once.</summary>
    public int Extra => Answer.Batch.Extra;

    /// <summary>Gets or sets the number of permits that are left.</summary>
    public long Left { get; set; }

    /// <summary>Gets or sets a value indicating whether permits may no longer be taken from it or put back.</summary>
    public bool IsEnded { get; set; }

    public bool IsUsable(long now) => !IsEnded && now - _calledAt < _usable;
}
