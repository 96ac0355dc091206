namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>A refusal, and what asks for as much or more is refused by it, too.</summary>
/// <param name="Answer">The answer of Redis.</param>
/// <param name="Permits">The permits that were asked for.</param>
/// <param name="Limits">The limits at that time.</param>
/// <param name="RetryAfter">How long the caller must wait.</param>
/// <param name="Holds">How long it is remembered: less, if permits may come back earlier.</param>
internal sealed record Refusal(Answer Answer, int Permits, double[] Limits, TimeSpan RetryAfter, TimeSpan Holds)
{
    /// <summary>Tells how much longer the caller must wait; zero or less if it need not.</summary>
    public TimeSpan Left(TimeProvider timeProvider) => RetryAfter - timeProvider.GetElapsedTime(Answer.Timestamp);

    /// <summary>Tells whether it is to be forgotten.</summary>
    public bool IsOver(TimeProvider timeProvider) => timeProvider.GetElapsedTime(Answer.Timestamp) >= Holds;

    public bool Covers(int permits, ReadOnlySpan<double> limits) => permits >= Permits && limits.SequenceEqual(Limits);
}
