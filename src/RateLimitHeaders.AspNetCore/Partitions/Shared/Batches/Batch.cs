namespace RateLimitHeaders.AspNetCore;

/// <summary>Permits that a store has counted already, and this server may use for a while. The lock of its caller guards it.</summary>
internal sealed class Batch
{
    // While NTP adjusts a clock, its rate may be off by 1/2000. The rates of two clocks may differ by 1/1000.
    private const int DriftDivisor = 1_000;

    private readonly long _asked;
    private readonly long _usable;

    /// <param name="answer">What the store answered, with the terms of the batch.</param>
    /// <param name="asked">The moment before the store was asked: its decision cannot be older.</param>
    public Batch(RateLimitDecision answer, long asked)
    {
        _asked = asked;
        _usable = answer.Batch.Usable.Ticks - (answer.Batch.Usable.Ticks / DriftDivisor);
        Answer = answer;
        Left = answer.Batch.Extra;
    }

    /// <summary>Gets what the store answered, which tells where the permits were counted.</summary>
    public RateLimitDecision Answer { get; }

    /// <summary>Gets how many permits it had, beside those that were used at once.</summary>
    public int Extra => Answer.Batch.Extra;

    /// <summary>Gets or sets how many permits are left.</summary>
    public long Left { get; set; }

    /// <summary>Gets or sets a value indicating whether nothing may be taken from it or put back any more.</summary>
    public bool IsEnded { get; set; }

    public bool IsUsable(long now) => !IsEnded && now - _asked < _usable;
}
