namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What a limiter does, beyond what each store must do, when a limit changes.</summary>
public class LimiterSetLimitTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Concurrency_LimitRaised_ServesTheRequestThatWaits()
    {
        var limiter = QuotaRateLimiter.Create(_clock, Quota.Concurrency("q", 1, queueLimit: 1));
        limiter.Take();
        var waiting = limiter.Wait();
        Assert.False(waiting.IsCompleted);
        limiter.SetLimit("q", 2);
        Assert.True((await waiting).IsAcquired);
    }

    [Fact]
    public void SetLimit_OneOfSeveral_ChangesThatOne()
    {
        var limiter = QuotaRateLimiter.Create(_clock, Quota.FixedWindow("a", 5, Seconds(1)), Quota.FixedWindow("b", 5, Seconds(1)));
        limiter.SetLimit("b", 2);
        Assert.Equal([5d, 2d], limiter.Peek().Statuses.ToArray().Select(status => status.Limit!.Value));

        // What a limit allowed that was lowered since is no error to ask for: it is rejected, and no wait helps.
        var rejected = limiter.Take(3);
        Assert.Equal((false, null), (rejected.IsAcquired, rejected.RetryAfter));
        Assert.Throws<ArgumentOutOfRangeException>(() => limiter.Take(6));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1_000_000_000_000_000)]
    public void SetLimit_OutOfRange_Throws(double limit)
    {
        var limiter = QuotaRateLimiter.Create(_clock, Quota.FixedWindow("q", 5, Seconds(1)));
        var thrown = Assert.Throws<ArgumentOutOfRangeException>(() => limiter.SetLimit("q", limit));
        Assert.StartsWith("Quota \"q\": give a limit from 0 to 999999999999999.", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SetLimit_NoSuchQuota_Throws()
    {
        var limiter = QuotaRateLimiter.Create(_clock, Quota.FixedWindow("q", 5, Seconds(1)));
        var thrown = Assert.Throws<ArgumentException>(() => limiter.SetLimit("r", 1));
        Assert.StartsWith("There is no quota \"r\" in this limiter.", thrown.Message, StringComparison.Ordinal);
    }
}
