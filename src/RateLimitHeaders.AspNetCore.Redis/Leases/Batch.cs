namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Permits that Redis has counted already, and this server may use for a while. Its caller's lock guards it.</summary>
internal sealed class Batch
{
    // Clocks may run apart while adjusted, by up to a two thousandth each.
    private const int DriftDivisor = 1_000;

    private readonly long _asked;
    private readonly long _usable;

    /// <param name="timeProvider">The clock of the timestamps.</param>
    /// <param name="answer">What Redis said.</param>
    /// <param name="terms">What it said of the batch.</param>
    /// <param name="asked">The timestamp before Redis was asked: its decision cannot be older.</param>
    public Batch(TimeProvider timeProvider, Answer answer, BatchTerms terms, long asked)
    {
        _asked = asked;
        _usable = (long)((terms.Usable - (terms.Usable / DriftDivisor)).TotalSeconds * timeProvider.TimestampFrequency);
        Answer = answer;
        End = terms.End;
        Extra = terms.Extra;
        Left = terms.Extra;
    }

    /// <summary>Gets what Redis said, which tells where the permits were counted.</summary>
    public Answer Answer { get; }

    /// <summary>Gets when the script ends it by itself.</summary>
    public double End { get; }

    /// <summary>Gets how many permits it had, beside those that were used at once.</summary>
    public int Extra { get; }

    /// <summary>Gets or sets how many permits are left.</summary>
    public int Left { get; set; }

    /// <summary>Gets or sets a value indicating whether nothing may be taken from it or put back any more.</summary>
    public bool IsEnded { get; set; }

    public bool IsUsable(long now) => !IsEnded && now - _asked < _usable;
}
