using System.Threading.RateLimiting;
using static RateLimitHeaders.AspNetCore.Tests.QuotaTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// Ten per ten seconds, used up, and two seconds later: what .NET's own limiters tell to wait, and what ours do. What the
/// stock ones tell does not depend on the time that passed, so that theirs need not pass.
/// </summary>
public class StockLimiterTests
{
    private static TimeSpan Window { get; } = Seconds(10);

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void FixedWindow_TwoSecondsIn_StockTellsTheWholeWindowAndOursTheRest()
    {
        using var stock = new FixedWindowRateLimiter(new() { PermitLimit = 10, Window = Window, AutoReplenishment = false });
        Assert.Equal(Seconds(10), StockRetryAfter(stock));

        var limiter = QuotaRateLimiter.Create(_clock, Quota.FixedWindow("q", 10, Window));
        limiter.Take(10);
        _clock.Advance(Seconds(2));
        Assert.Equal(Seconds(8), limiter.Take().RetryAfter);
    }

    [Fact]
    public void SlidingWindow_TwoSecondsIn_StockTellsNothingAndOursWhenTheSegmentHasLeft()
    {
        using var stock = new SlidingWindowRateLimiter(
            new() { PermitLimit = 10, Window = Window, SegmentsPerWindow = 5, AutoReplenishment = false });
        Assert.Null(StockRetryAfter(stock));

        // 14:07:13 is in the segment from :12 to :14, which has left the window at :24; two seconds in it is :15.
        var limiter = QuotaRateLimiter.Create(_clock, Quota.SlidingWindow("q", 10, Window, segments: 5));
        limiter.Take(10);
        _clock.Advance(Seconds(2));
        Assert.Equal(Seconds(9), limiter.Take().RetryAfter);
    }

    [Fact]
    public void TokenBucket_TwoSecondsIn_StockTellsTheWholePeriodAndOursWhenTheTokensAreThere()
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

    private static TimeSpan? StockRetryAfter(RateLimiter stock)
    {
        Assert.True(stock.AttemptAcquire(10).IsAcquired);
        using var rejected = stock.AttemptAcquire();
        Assert.False(rejected.IsAcquired);
        return rejected.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : null;
    }
}
