using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// Ten per ten seconds, used up, and two seconds later: what .NET's own limiters tell to wait, and what ours do. What the
/// stock ones of .NET 10 tell does not depend on the time that passed, so that theirs need not pass; those of .NET 11 measure
/// it by the system's clock.
/// </summary>
public class StockLimiterTests
{
    private static TimeSpan Window { get; } = Seconds(10);

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void FixedWindow_TwoSecondsIn_StockOfNet10ReturnsTheWholeWindowAndOursTheRest()
    {
        using var stock = new FixedWindowRateLimiter(new() { PermitLimit = 10, Window = Window, AutoReplenishment = false });
        AssertTold(Seconds(10), StockRetryAfter(stock));

        var limiter = QuotaRateLimiter.Create(_clock, Quota.FixedWindow("q", 10, Window));
        limiter.Take(10);
        _clock.Advance(Seconds(2));
        Assert.Equal(Seconds(8), limiter.Take().RetryAfter);
    }

    [Fact]
    public void SlidingWindow_TwoSecondsIn_StockOfNet10ReturnsNoRetryAfterAndOursTheTimeUntilThePermitsLeave()
    {
        using var stock = new SlidingWindowRateLimiter(
            new() { PermitLimit = 10, Window = Window, SegmentsPerWindow = 5, AutoReplenishment = false });
        AssertTold(null, StockRetryAfter(stock));

        var limiter = QuotaRateLimiter.Create(_clock, Quota.SlidingWindow("q", 10, Window, segments: 5));
        limiter.Take(10);
        _clock.Advance(Seconds(2));
        Assert.Equal(Seconds(8), limiter.Take().RetryAfter);
    }

    [Fact]
    public void TokenBucket_TwoSecondsIn_StockReturnsTheWholePeriodAndOursTheTimeUntilTheTokensAreRefilled()
    {
        using var stock = new TokenBucketRateLimiter(
            new() { TokenLimit = 10, TokensPerPeriod = 10, ReplenishmentPeriod = Window, AutoReplenishment = false });
        Assert.Equal(Seconds(10), StockRetryAfter(stock));

        // Two tokens are back: a third takes one second more, all ten take eight.
        var limiter = QuotaRateLimiter.Create(_clock, Quota.TokenBucket("q", 10, Window));
        limiter.Take(10);
        _clock.Advance(Seconds(2));
        Assert.Equal(Seconds(1), limiter.Take(3).RetryAfter);
        Assert.Equal(Seconds(8), limiter.Take(10).RetryAfter);
    }

    /// <summary>Asserts what a stock limiter of .NET 10 tells; one of .NET 11 tells what is left of the window.</summary>
    private static void AssertTold(TimeSpan? withNet10, TimeSpan? told)
    {
        if (StockVersion.TellsWaits)
        {
            Assert.True(told > TimeSpan.Zero && told < Window, $"{told}");
        }
        else
        {
            Assert.Equal(withNet10, told);
        }
    }

    private static TimeSpan? StockRetryAfter(RateLimiter stock)
    {
        Assert.True(stock.AttemptAcquire(10).IsAcquired);
        using var rejected = stock.AttemptAcquire();
        Assert.False(rejected.IsAcquired);
        return rejected.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : null;
    }
}
