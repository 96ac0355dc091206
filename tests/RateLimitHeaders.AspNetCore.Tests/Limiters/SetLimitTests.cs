using static RateLimitHeaders.AspNetCore.Tests.LimiterTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class SetLimitTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void FixedWindow_LimitChanges_UsedStaysUsed()
    {
        foreach (var limiter in Both(_clock, Quota.FixedWindow("q", 10, Seconds(60))))
        {
            limiter.Take(6);
            limiter.SetLimit("q", 20);
            AssertStatus(limiter.Peek(), 20, 14, Seconds(60), Seconds(60));
            limiter.SetLimit("q", 4.5);
            AssertStatus(limiter.Peek(), 4.5, 0, Seconds(60), Seconds(60));
            Assert.Equal(Seconds(60), limiter.Take().RetryAfter);
            limiter.SetLimit("q", 7);
            AssertStatus(limiter.Take(), 7, 0, Seconds(60), Seconds(60));
        }
    }

    [Fact]
    public void SlidingWindow_LimitChanges_UsedStaysUsed()
    {
        // Segments of 5 s: the first permits expire at 14:08:15, the later ones at 14:08:25.
        var limiter = QuotaRateLimiter.Create(_clock, Quota.SlidingWindow("q", 10, Seconds(60)));
        limiter.Take(6);
        _clock.Advance(Seconds(10));
        limiter.Take(3);
        limiter.SetLimit("q", 20);
        AssertStatus(limiter.Peek(), 20, 11, Seconds(52), Seconds(62));
        limiter.SetLimit("q", 4);
        AssertStatus(limiter.Peek(), 4, 0, Seconds(52), Seconds(62));
        Assert.Equal(Seconds(52), limiter.Take().RetryAfter);
        Assert.Equal(Seconds(62), limiter.Take(2).RetryAfter);
    }

    [Fact]
    public void SlidingWindow_LimitLoweredFarBelowUsed_MoreComesWhenAPermitDoes()
    {
        var limiter = QuotaRateLimiter.Create(_clock, Quota.SlidingWindow("q", 10, Seconds(60)));
        limiter.Take(2);
        _clock.Advance(Seconds(10));
        limiter.Take(8);
        limiter.SetLimit("q", 5);

        // The two that expire first leave eight of five used: nothing more than now.
        AssertStatus(limiter.Peek(), 5, 0, Seconds(62), Seconds(62));
        Assert.Equal(Seconds(62), limiter.Take().RetryAfter);
    }

    [Fact]
    public void TokenBucket_LimitChanges_TokensOwedStayOwed()
    {
        foreach (var limiter in Both(_clock, Quota.TokenBucket("q", 10, Seconds(60))))
        {
            limiter.Take(6);
            limiter.SetLimit("q", 20);
            AssertStatus(limiter.Peek(), 20, 14, Seconds(3), Seconds(18));
            limiter.SetLimit("q", 5);
            AssertStatus(limiter.Peek(), 5, 0, Seconds(24), Seconds(72));
            Assert.Equal(Seconds(24), limiter.Take().RetryAfter);
            _clock.Advance(Seconds(24));
            AssertStatus(limiter.Take(), 5, 0, Seconds(12), Seconds(60));
        }
    }

    [Fact]
    public void TokenBucket_LimitChangesAfterAWhile_TimeBringsTokensBackOnce()
    {
        foreach (var limiter in Both(_clock, Quota.TokenBucket("q", 10, Seconds(60))))
        {
            limiter.Take(6);
            _clock.Advance(Seconds(6));
            limiter.SetLimit("q", 20);
            AssertStatus(limiter.Peek(), 20, 15, Seconds(3), Seconds(15));
        }
    }

    [Fact]
    public void TokenBucket_LimitOfZeroForAWhile_TokensComeBackAtTheQuotasOwnRate()
    {
        foreach (var limiter in Both(_clock, Quota.TokenBucket("q", 10, Seconds(60))))
        {
            limiter.Take(10);
            limiter.SetLimit("q", 0);
            _clock.Advance(Seconds(30));
            limiter.SetLimit("q", 10);
            AssertStatus(limiter.Peek(), 10, 5, Seconds(6), Seconds(30));
        }
    }

    [Fact]
    public void TokenBucket_LimitChangesManyTimes_NoDebtIsRoundedAway()
    {
        // Of a century, the smallest unit of debt is a whole tick.
        var period = TimeSpan.FromDays(36_525);
        var limiter = QuotaRateLimiter.Create(_clock, Quota.TokenBucket("q", 7, period));
        limiter.Take(7);
        for (var i = 0; i < 1_000; i++)
        {
            limiter.SetLimit("q", 5);
            limiter.SetLimit("q", 7);
        }

        Assert.InRange(limiter.Peek().Statuses[0].UntilAll!.Value, period, period + new TimeSpan(10_000));
    }

    [Fact]
    public void TokenBucket_LimitLoweredFromTheMostToOne_TokensAreOwedForAsLongAsCanBeCounted()
    {
        foreach (var limiter in Both(_clock, Quota.TokenBucket("q", 999_999_999_999_999, Seconds(60))))
        {
            limiter.Take(1 << 30);
            limiter.SetLimit("q", 1);
            var refused = limiter.Take();
            Assert.Equal((false, 0L), (refused.IsAcquired, refused.Statuses[0].Remaining));
            Assert.InRange(refused.Statuses[0].UntilAll!.Value, Seconds(500 * 60), Seconds(1_000 * 60));
        }
    }

    [Fact]
    public void Concurrency_LimitChanges_HeldStaysHeld()
    {
        var limiter = QuotaRateLimiter.Create(_clock, Quota.Concurrency("q", 5));
        var lease = limiter.Take(4);
        limiter.SetLimit("q", 6);
        AssertStatus(limiter.Peek(), 6, 2, null, null);
        limiter.SetLimit("q", 3);
        AssertStatus(limiter.Peek(), 3, 0, null, null);
        lease.Dispose();
        AssertStatus(limiter.Peek(), 3, 3, null, null);
    }

    [Fact]
    public async Task Concurrency_LimitRaised_ServesWhoWaits()
    {
        var limiter = QuotaRateLimiter.Create(_clock, Quota.Concurrency("q", 1, queueLimit: 1));
        limiter.Take();
        var waiting = limiter.Wait();
        Assert.False(waiting.IsCompleted);
        limiter.SetLimit("q", 2);
        Assert.True((await waiting).IsAcquired);
    }

    [Fact]
    public void LimitOfZero_RefusesWithoutRetryAfterAndKeepsWhatIsUsed()
    {
        foreach (var quota in new[] { Quota.FixedWindow("q", 10, Seconds(60)), Quota.TokenBucket("q", 10, Seconds(60)), Quota.SlidingWindow("q", 10, Seconds(60)) })
        {
            var limiter = QuotaRateLimiter.Create(_clock, quota);
            limiter.Take(10);
            limiter.SetLimit("q", 0);
            var refused = limiter.Peek();
            Assert.Equal((false, null, 0L), (refused.IsAcquired, refused.RetryAfter, refused.Statuses[0].Remaining));
            Assert.Null(refused.Statuses[0].UntilMore);
            limiter.SetLimit("q", 10);
            Assert.Equal(0, limiter.Peek().Statuses[0].Remaining);
        }
    }

    [Fact]
    public void SetLimit_OneOfSeveral_ChangesThatOne()
    {
        var limiter = QuotaRateLimiter.Create(_clock, Quota.FixedWindow("a", 5, Seconds(1)), Quota.FixedWindow("b", 5, Seconds(1)));
        limiter.SetLimit("b", 2);
        Assert.Equal([5d, 2d], limiter.Peek().Statuses.ToArray().Select(status => status.Limit!.Value));

        // What a limit allowed that was lowered since is no error to ask for: it is refused, and no wait helps.
        var refused = limiter.Take(3);
        Assert.Equal((false, null), (refused.IsAcquired, refused.RetryAfter));
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

    [Fact]
    public void Limits_GivenWithEachAcquisition_AreUsedFromThenOn()
    {
        var limiter = Compact(_clock, Quota.FixedWindow("q", 5, Seconds(60)));
        var lease = new QuotaLease();
        Assert.True(limiter.TryAcquire(lease, 4, [8]));
        AssertStatus(lease, 8, 4, Seconds(60), Seconds(60));
        Assert.True(limiter.TryAcquire(lease, 1, [double.NaN]));
        AssertStatus(lease, 8, 3, Seconds(60), Seconds(60));
        Assert.True(limiter.TryAcquire(lease, 9, [7]));
        Assert.Equal((false, null), (lease.IsAcquired, lease.RetryAfter));
        AssertStatus(lease, 7, 2, Seconds(60), Seconds(60));
    }
}
