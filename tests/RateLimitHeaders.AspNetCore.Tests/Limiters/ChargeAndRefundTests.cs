using static RateLimitHeaders.AspNetCore.Tests.LimiterTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class ChargeAndRefundTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Refund_AfterMoreWasChargedThanAnIntegerHolds_GivesBack()
    {
        var limiter = QuotaRateLimiter.Create(_clock, Quota.FixedWindow("bytes", 1e12, Seconds(60)));
        var lease = limiter.Take(1);
        lease.Charge(int.MaxValue);
        lease.Charge(int.MaxValue);
        lease.Refund(5);

        Assert.Equal(1_000_000_000_000 - (2L * int.MaxValue) + 4, lease.Statuses[0].Remaining);
    }

    [Fact]
    public void Charge_FixedWindow_IsCountedAndTold()
    {
        foreach (var limiter in Both(_clock, Quota.FixedWindow("q", 10, Seconds(60))))
        {
            var lease = limiter.Take(2);
            _clock.Advance(Seconds(10));
            lease.Charge(3);
            AssertStatus(lease, 10, 5, Seconds(50), Seconds(50));
            Assert.Equal(5, limiter.Peek().Statuses[0].Remaining);
        }
    }

    [Fact]
    public void Charge_MoreThanFits_IsPaidWithTheNextRequests()
    {
        foreach (var limiter in Both(_clock, Quota.TokenBucket("q", 10, Seconds(10))))
        {
            var lease = limiter.Take(8);
            lease.Charge(5);
            AssertStatus(lease, 10, 0, Seconds(4), Seconds(13));
            Assert.Equal(Seconds(4), limiter.Take().RetryAfter);
        }

        var sliding = QuotaRateLimiter.Create(_clock, Quota.SlidingWindow("q", 10, Seconds(60))).Take(8);
        sliding.Charge(5);
        AssertStatus(sliding, 10, 0, Seconds(62), Seconds(62));
    }

    [Fact]
    public void Charge_SeveralQuotas_ChargesAllButTheConcurrencyQuota()
    {
        var limiter = QuotaRateLimiter.Create(
            _clock, Quota.FixedWindow("a", 10, Seconds(1)), Quota.Concurrency("b", 10), Quota.TokenBucket("c", 10, Seconds(1)));
        var lease = limiter.Take();
        lease.Charge(4);
        Assert.Equal([5, 9, 5], lease.Statuses.ToArray().Select(status => status.Remaining));
        lease.Dispose();
        Assert.Equal([5, 10, 5], limiter.Peek().Statuses.ToArray().Select(status => status.Remaining));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Refund_EachAlgorithm_GivesBackAndTells(int algorithm)
    {
        var limiter = QuotaRateLimiter.Create(_clock, OfTenPerMinute(algorithm));
        var other = limiter.Take(3);
        var lease = limiter.Take(5);
        lease.Refund(4);
        Assert.Equal(6, lease.Statuses[0].Remaining);
        lease.Charge(2);
        Assert.Equal(4, lease.Statuses[0].Remaining);

        // Never more than the lease took, charges and all: three are the other's.
        lease.Refund(int.MaxValue);
        Assert.Equal(7, lease.Statuses[0].Remaining);
        lease.Refund(1);
        Assert.Equal(7, limiter.Peek().Statuses[0].Remaining);
        other.Refund(3);
        Assert.Equal(10, limiter.Peek().Statuses[0].Remaining);
        Assert.Null(limiter.Peek().Statuses[0].UntilMore);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Refund_AfterTheWindowHasPassed_ChangesNothing(int algorithm)
    {
        var limiter = QuotaRateLimiter.Create(_clock, OfTenPerMinute(algorithm));
        var old = limiter.Take(5);
        _clock.Advance(Seconds(130));
        limiter.Take(5);
        old.Refund(5);
        Assert.Equal(5, old.Statuses[0].Remaining);
        Assert.Equal(5, limiter.Peek().Statuses[0].Remaining);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Refund_AfterTheLeaseWasReadAgain_StillLeavesTheNextWindowAlone(int algorithm)
    {
        var limiter = QuotaRateLimiter.Create(_clock, OfTenPerMinute(algorithm));
        var old = limiter.Take(5);
        _clock.Advance(Seconds(130));
        limiter.Take(5);
        old.TryRefresh();
        old.Charge(0);
        old.Refund(5);
        Assert.Equal(5, limiter.Peek().Statuses[0].Remaining);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Refund_AfterAChargeInTheNextWindow_GivesBackThatCharge(int algorithm)
    {
        var limiter = QuotaRateLimiter.Create(_clock, OfTenPerMinute(algorithm));
        var old = limiter.Take(5);
        _clock.Advance(Seconds(130));
        limiter.Take(5);
        old.Charge(2);
        old.Refund(7);
        Assert.Equal(5, limiter.Peek().Statuses[0].Remaining);
    }

    [Fact]
    public void Refund_SlidingWindow_GivesBackInTheSegmentOfTheCharge()
    {
        // Segments of 5 s from 14:07:13: the first permits expire after 62 s.
        var limiter = QuotaRateLimiter.Create(_clock, Quota.SlidingWindow("q", 10, Seconds(60)));
        var first = limiter.Take(5);
        _clock.Advance(Seconds(10));
        limiter.Take(5);
        first.TryRefresh();
        first.Refund(5);
        AssertStatus(limiter.Peek(), 10, 5, Seconds(62), Seconds(62));
    }

    [Fact]
    public void Refund_TokenBucket_LeavesAloneWhatTimeHasBroughtBack()
    {
        // A token a second: two of the five are back when another takes five more, so that three can be given back.
        foreach (var limiter in Both(_clock, Quota.TokenBucket("q", 10, Seconds(10))))
        {
            var first = limiter.Take(5);
            _clock.Advance(Seconds(2));
            limiter.Take(5);
            first.Refund(5);
            AssertStatus(first, 10, 5, Seconds(1), Seconds(5));
            _clock.Advance(Day);
        }
    }

    [Fact]
    public void Charge_OfZero_OnlyReads()
    {
        foreach (var limiter in Both(_clock, Quota.FixedWindow("q", 10, Seconds(60))))
        {
            var lease = limiter.Take();
            _clock.Advance(Seconds(60));
            lease.Charge(0);
            AssertStatus(lease, 10, 10, null, TimeSpan.Zero);
        }
    }

    [Fact]
    public void Refund_Concurrency_SlotComesBackWithDisposeAndOnce()
    {
        var limiter = QuotaRateLimiter.Create(_clock, Quota.Concurrency("q", 5));
        var other = limiter.Take(2);
        var lease = limiter.Take(2);
        lease.Refund(2);
        AssertStatus(lease, 5, 1, null, null);
        lease.Dispose();
        lease.Dispose();
        AssertStatus(limiter.Peek(), 5, 3, null, null);
        other.Dispose();
        AssertStatus(limiter.Peek(), 5, 5, null, null);
    }

    [Fact]
    public void ChargeAndRefund_RefusedLease_DoNothing()
    {
        foreach (var limiter in Both(_clock, Quota.FixedWindow("q", 1, Seconds(60))))
        {
            limiter.Take();
            var refused = limiter.Take();
            refused.Charge(1);
            refused.Refund(1);
            limiter.SetLimit("q", 3);
            AssertStatus(limiter.Peek(), 3, 2, Seconds(60), Seconds(60));
        }
    }

    [Fact]
    public void ChargeAndRefund_Negative_Throw()
    {
        var lease = QuotaRateLimiter.Create(_clock, Quota.FixedWindow("q", 1, Seconds(60))).Take();
        Assert.Throws<ArgumentOutOfRangeException>("permits", () => lease.Charge(-1));
        Assert.Throws<ArgumentOutOfRangeException>("permits", () => lease.Refund(-1));
    }

    [Fact]
    public void ChargeAndRefund_DisposedLeaseOrLimiter_DoNothing()
    {
        var limiter = QuotaRateLimiter.Create(_clock, Quota.FixedWindow("q", 5, Seconds(60)));
        var disposed = limiter.Take();
        var lease = limiter.Take();
        disposed.Dispose();
        disposed.Charge(2);
        disposed.Refund(1);
        Assert.Equal(3, limiter.Peek().Statuses[0].Remaining);

        limiter.Dispose();
        lease.Charge(2);
        lease.Refund(1);
        lease.Dispose();
        Assert.Equal(3, lease.Statuses[0].Remaining);
    }

    private static Quota OfTenPerMinute(int algorithm) => algorithm switch
    {
        0 => Quota.FixedWindow("q", 10, Seconds(60)),
        1 => Quota.SlidingWindow("q", 10, Seconds(60)),
        _ => Quota.TokenBucket("q", 10, Seconds(60)),
    };
}
