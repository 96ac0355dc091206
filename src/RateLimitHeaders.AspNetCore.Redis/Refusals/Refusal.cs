namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>A refusal, and what asks for as much or more is refused by it, too.</summary>
/// <param name="Answer">The answer of Redis.</param>
/// <param name="Permits">The permits that were asked for.</param>
/// <param name="Limits">The limits at that time.</param>
/// <param name="RetryAfter">How long it holds.</param>
internal sealed record Refusal(Answer Answer, int Permits, double[] Limits, TimeSpan RetryAfter)
{
    /// <summary>Tells how much longer the refusal holds; zero or less if it is over.</summary>
    public TimeSpan Left(TimeProvider timeProvider) => RetryAfter - timeProvider.GetElapsedTime(Answer.Timestamp);

    public bool Covers(int permits, ReadOnlySpan<double> limits) => permits >= Permits && limits.SequenceEqual(Limits);
}
