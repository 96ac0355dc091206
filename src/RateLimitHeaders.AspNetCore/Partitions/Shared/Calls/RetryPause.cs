namespace RateLimitHeaders.AspNetCore;

/// <summary>Spreads retries at random: servers that have lost their store at the same moment do not retry at the same moment.</summary>
internal static class RetryPause
{
    private const double Share = 0.25;

    /// <summary>Makes a pause up to a quarter shorter or longer.</summary>
    public static TimeSpan Spread(TimeSpan pause) => pause * (1 - Share + (2 * Share * Random.Shared.NextDouble()));
}
