namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What the documentation of System.Threading.RateLimiting says of a limiter that replenishes by itself, of which each request takes one permit.</summary>
internal abstract class StockModel
{
    /// <summary>Tells whether a request is admitted.</summary>
    /// <param name="now">The time since the first request, which has the limiter of its partition made.</param>
    public abstract bool TryTake(TimeSpan now);
}
