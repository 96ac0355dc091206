using static RateLimitHeaders.AspNetCore.Tests.LimiterTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Charges and refunds of a request that time has passed for, or that charges more than can be counted.</summary>
public class LateChargeAndRefundTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Charge_SlidingWindowWithoutAnAcquisitionBefore_IsCountedInThePresentSegment()
    {
        // Segments of 5 s: at 14:09:23, what is charged expires at 14:10:25.
        var lease = QuotaRateLimiter.Create(_clock, Quota.SlidingWindow("q", 10, Seconds(60))).Take(2);
        _clock.Advance(Seconds(130));
        lease.Charge(3);
        AssertStatus(lease, 10, 7, Seconds(62), Seconds(62));
    }

    [Fact]
    public void Refund_SlidingWindowInTheOldestSegment_GivesBackUntilItExpires()
    {
        // The segment of 14:07:13 expires at 14:08:15.
        foreach (var (wait, remaining) in new[] { (Seconds(62) - Tick, 9), (Seconds(62), 9) })
        {
            var limiter = QuotaRateLimiter.Create(_clock, Quota.SlidingWindow("q", 10, Seconds(60)));
            var lease = limiter.Take(5);
            _clock.Advance(wait);
            limiter.Take();
            lease.Refund(5);
            Assert.Equal(remaining, lease.Statuses[0].Remaining);
            _clock.Advance(Seconds(60) - wait);
        }
    }

    [Fact]
    public void Charge_TokenBucketMoreThanCanBeCounted_IsOwedForAsLongAsCanBeCounted()
    {
        foreach (var limiter in Both(_clock, Quota.TokenBucket("q", 10, Seconds(60))))
        {
            var lease = limiter.Take();
            for (var i = 0; i < 5; i++)
            {
                lease.Charge(int.MaxValue);
                Assert.Equal(0, lease.Statuses[0].Remaining);
                Assert.InRange(lease.Statuses[0].UntilAll!.Value, Seconds(500 * 60), Seconds(1_000 * 60));
            }
        }
    }

    [Fact]
    public void Charge_TokenBucketBehindAnothersTokens_IsNotGivenBackInTheirPlace()
    {
        // Three of the first four are back, the fourth and the one charged are not; the other's four are its own.
        foreach (var limiter in Both(_clock, Quota.TokenBucket("q", 10, Seconds(10))))
        {
            var lease = limiter.Take(4);
            limiter.Take(4);
            _clock.Advance(Seconds(3));
            lease.Charge(1);
            AssertStatus(lease, 10, 4, Seconds(1), Seconds(6));
            lease.Refund(5);
            AssertStatus(lease, 10, 6, Seconds(1), Seconds(4));
            _clock.Advance(Day);
        }
    }

    [Fact]
    public void Refund_TokenBucketTwice_GivesNothingBackForTheSecondTimeThatTimeHasBroughtBack()
    {
        foreach (var limiter in Both(_clock, Quota.TokenBucket("q", 10, Seconds(10))))
        {
            var lease = limiter.Take(4);
            lease.Refund(2);
            _clock.Advance(Seconds(2));
            limiter.Take(5);
            lease.Refund(2);
            AssertStatus(lease, 10, 5, Seconds(1), Seconds(5));
            _clock.Advance(Day);
        }
    }

    [Fact]
    public void Refund_TokenBucketWhoseLimitWasRaised_LeavesAloneWhatTimeHasBroughtBack()
    {
        // Ten tokens a second, where it was one: the ten are back when another takes all.
        foreach (var limiter in Both(_clock, Quota.TokenBucket("q", 10, Seconds(10))))
        {
            var lease = limiter.Take(10);
            limiter.SetLimit("q", 100);
            _clock.Advance(Seconds(2));
            Assert.True(limiter.Take(100).IsAcquired);
            lease.Refund(10);
            AssertStatus(limiter.Peek(), 100, 0, Seconds(0.1), Seconds(10));
            _clock.Advance(Day);
        }
    }

    [Fact]
    public void ChargeAndRefund_TokenBucketWhoseLimitWasRaised_GiveBackWhatWasChargedSince()
    {
        foreach (var limiter in Both(_clock, Quota.TokenBucket("q", 10, Seconds(10))))
        {
            var lease = limiter.Take(10);
            limiter.SetLimit("q", 100);
            lease.Charge(20);
            AssertStatus(lease, 100, 70, Seconds(0.1), Seconds(3));
            lease.Refund(30);
            AssertStatus(lease, 100, 90, Seconds(0.1), Seconds(1));
            _clock.Advance(Day);
        }
    }

    [Fact]
    public void Refund_TokenBucketWhoseLimitWasLowered_GivesBackWhatTimeHasNot()
    {
        foreach (var limiter in Both(_clock, Quota.TokenBucket("q", 10, Seconds(10))))
        {
            var lease = limiter.Take(4);
            limiter.SetLimit("q", 5);
            lease.Refund(1);
            AssertStatus(lease, 5, 2, Seconds(2), Seconds(6));
            _clock.Advance(Day);
        }
    }
}
