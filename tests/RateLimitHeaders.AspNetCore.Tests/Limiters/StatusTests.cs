using static RateLimitHeaders.AspNetCore.Tests.LimiterTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The table of the design, at concrete moments. The clock starts at 14:07:13.</summary>
public class StatusTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void FixedWindow_OpenedByItsFirstRequest_EndsOneWindowLater()
    {
        foreach (var limiter in Both(_clock, Quota.FixedWindow("default", 3, Seconds(60))))
        {
            AssertStatus(limiter.Peek(), 3, 3, null, TimeSpan.Zero);
            AssertStatus(limiter.Take(), 3, 2, Seconds(60), Seconds(60));
            _clock.Advance(Seconds(20));
            AssertStatus(limiter.Take(2), 3, 0, Seconds(40), Seconds(40));
            _clock.Advance(Seconds(39));
            AssertRefused(limiter.Take(), Seconds(1), 3, 0, Seconds(1), Seconds(1));
            _clock.Advance(Seconds(1));
            AssertStatus(limiter.Peek(), 3, 3, null, TimeSpan.Zero);

            // The next window opens with the next request, not where the last one ended.
            _clock.Advance(Seconds(5));
            AssertStatus(limiter.Take(), 3, 2, Seconds(60), Seconds(60));
        }
    }

    [Fact]
    public void FixedWindow_AlignedToTheClock_EndsAtTheFullHour()
    {
        foreach (var limiter in Both(_clock, Quota.FixedWindow("hourly", 2, TimeSpan.FromHours(1), alignToClock: true)))
        {
            // Also after a long silence the end is at the full hour, and known before anything is used.
            var toFullHour = new TimeSpan(0, 52, 47);
            AssertStatus(limiter.Peek(), 2, 2, null, toFullHour);
            AssertStatus(limiter.Take(2), 2, 0, toFullHour, toFullHour);
            AssertRefused(limiter.Take(), toFullHour, 2, 0, toFullHour, toFullHour);
            _clock.Advance(toFullHour);
            AssertStatus(limiter.Take(), 2, 1, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
            _clock.Advance(new TimeSpan(7, 7, 13));
        }
    }

    [Fact]
    public void FixedWindow_FractionalLimit_IsToldAndNotGranted()
    {
        foreach (var limiter in Both(_clock, Quota.FixedWindow("default", 2.9, Seconds(60))))
        {
            AssertStatus(limiter.Take(2), 2.9, 0, Seconds(60), Seconds(60));
            Assert.False(limiter.Take().IsAcquired);
        }
    }

    [Fact]
    public void SlidingWindow_OfTwelveSegments_ReturnsPermitsSegmentBySegment()
    {
        var limiter = QuotaRateLimiter.Create(_clock, Quota.SlidingWindow("hourly", 10, TimeSpan.FromHours(1)));
        AssertStatus(limiter.Peek(), 10, 10, null, TimeSpan.Zero);

        // 14:07:13 is in the segment from 14:05 to 14:10, all of which has left the window at 15:10.
        AssertStatus(limiter.Take(4), 10, 6, new TimeSpan(1, 2, 47), new TimeSpan(1, 2, 47));
        _clock.Advance(TimeSpan.FromMinutes(10));
        AssertStatus(limiter.Take(5), 10, 1, new TimeSpan(0, 52, 47), new TimeSpan(1, 2, 47));

        // Two fit when the four are back, six only when the five are back too.
        AssertRefused(limiter.Take(2), new TimeSpan(0, 52, 47), 10, 1, new TimeSpan(0, 52, 47), new TimeSpan(1, 2, 47));
        AssertRefused(limiter.Take(6), new TimeSpan(1, 2, 47), 10, 1, new TimeSpan(0, 52, 47), new TimeSpan(1, 2, 47));
        _clock.Advance(new TimeSpan(0, 52, 47));
        AssertStatus(limiter.Peek(), 10, 5, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));
        _clock.Advance(TimeSpan.FromMinutes(10));
        AssertStatus(limiter.Peek(), 10, 10, null, TimeSpan.Zero);
    }

    [Fact]
    public void SlidingWindow_OfOneSegment_TakesTheRestOfTheSegmentLonger()
    {
        // 13 seconds into the minute: 47 until the segment ends, and 60 until it has left the window.
        var limiter = QuotaRateLimiter.Create(_clock, Quota.SlidingWindow("default", 2, Seconds(60), segments: 1));
        AssertStatus(limiter.Take(2), 2, 0, Seconds(107), Seconds(107));
        AssertRefused(limiter.Take(), Seconds(107), 2, 0, Seconds(107), Seconds(107));
    }

    [Fact]
    public void TokenBucket_CapacityAndRefillPerSecond_RefillsContinuously()
    {
        foreach (var limiter in Both(_clock, Quota.TokenBucket("burst", capacity: 20, refillPerSecond: 10)))
        {
            AssertStatus(limiter.Peek(), 20, 20, null, TimeSpan.Zero);
            AssertStatus(limiter.Take(20), 20, 0, Seconds(0.1), Seconds(2));
            AssertRefused(limiter.Take(5), Seconds(0.5), 20, 0, Seconds(0.1), Seconds(2));
            _clock.Advance(Seconds(0.25));
            AssertStatus(limiter.Take(1), 20, 1, Seconds(0.05), Seconds(1.85));
            Assert.Equal(Seconds(2), limiter.Peek().Statuses[0].Quota.Window);
            _clock.Advance(Seconds(1.85));
            AssertStatus(limiter.Peek(), 20, 20, null, TimeSpan.Zero);
        }
    }

    [Fact]
    public void TokenBucket_952AndAFractionPerHour_CountsTheFraction()
    {
        // A token takes 3.78 s and a bit, which is rounded up to the next tick of 100 ns.
        foreach (var limiter in Both(_clock, Quota.TokenBucket("hourly", 952.38095238095, TimeSpan.FromHours(1))))
        {
            AssertStatus(limiter.Peek(), 952.38095238095, 952, null, TimeSpan.Zero);

            // 951.38 are left: 0.62 more make 952 whole ones.
            AssertStatus(limiter.Take(), 952.38095238095, 951, Seconds(2.34) + Tick, Seconds(3.78) + Tick);
            AssertStatus(limiter.Take(951), 952.38095238095, 0, Seconds(2.34) + Tick, Seconds(3_598.56) + Tick);
            AssertRefused(limiter.Take(), Seconds(2.34) + Tick, 952.38095238095, 0, Seconds(2.34) + Tick, Seconds(3_598.56) + Tick);

            // With 952 whole ones there comes no further, though the bucket is not full.
            _clock.Advance(Seconds(3_598));
            AssertStatus(limiter.Peek(), 952.38095238095, 952, null, Seconds(0.56) + Tick);
            _clock.Advance(Seconds(1));
        }
    }

    [Fact]
    public void Concurrency_IsNotBroughtBackByTime()
    {
        var limiter = QuotaRateLimiter.Create(_clock, Quota.Concurrency("at once", 3));
        AssertStatus(limiter.Peek(), 3, 3, null, null);
        var lease = limiter.Take(2);
        AssertStatus(lease, 3, 1, null, null);
        _clock.Advance(Day);
        AssertRefused(limiter.Take(2), Seconds(1), 3, 1, null, null);
        lease.Dispose();
        AssertStatus(limiter.Take(3), 3, 0, null, null);
    }

    [Fact]
    public void Concurrency_RetryAfterConfigured_IsTold()
    {
        var limiter = QuotaRateLimiter.Create(_clock, Quota.Concurrency("at once", 1, retryAfter: Seconds(5)));
        limiter.Take();
        AssertRefused(limiter.Take(), Seconds(5), 1, 0, null, null);
    }

    [Fact]
    public void SeveralQuotas_OneRefuses_OnlyThatOneIsViolated()
    {
        var limiter = QuotaRateLimiter.Create(
            _clock, Quota.TokenBucket("burst", 2, Seconds(2)), Quota.FixedWindow("hourly", 5, TimeSpan.FromHours(1)));
        limiter.Take(2);
        var refused = limiter.Take(2);
        Assert.Equal(Seconds(2), refused.RetryAfter);
        Assert.Equal([true, false], refused.Statuses.ToArray().Select(status => status.IsViolated));
        AssertStatus(refused, 2, 0, Seconds(1), Seconds(2));
        AssertStatus(refused, 5, 3, TimeSpan.FromHours(1), TimeSpan.FromHours(1), quota: 1);
    }

    [Fact]
    public void SeveralQuotas_AllRefuse_RetryAfterIsTheLongest()
    {
        var limiter = QuotaRateLimiter.Create(
            _clock, Quota.TokenBucket("burst", 2, Seconds(2)), Quota.FixedWindow("hourly", 2, TimeSpan.FromHours(1)));
        limiter.Take(2);
        var refused = limiter.Take();
        Assert.Equal(TimeSpan.FromHours(1), refused.RetryAfter);
        Assert.Equal([true, true], refused.Statuses.ToArray().Select(status => status.IsViolated));
    }

    [Fact]
    public void FixedWindow_OfOnePermit_TellsWhenItComesBack()
    {
        foreach (var limiter in Both(_clock, Quota.FixedWindow("q", 1, Seconds(60))))
        {
            AssertStatus(limiter.Take(), 1, 0, Seconds(60), Seconds(60));
        }
    }

    [Fact]
    public void TokenBucket_OfBillions_FillsNoFasterThanInItsPeriod()
    {
        // A number that divides nothing, and whose tokens are so short that rounding down would show.
        foreach (var limiter in Both(_clock, Quota.TokenBucket("q", 2_000_000_011, Seconds(60))))
        {
            Assert.InRange(limiter.Take(2_000_000_011).Statuses[0].UntilAll!.Value, Seconds(60), Seconds(60.001));
        }
    }

    private static void AssertRefused(
        QuotaLease lease, TimeSpan retryAfter, double limit, long remaining, TimeSpan? untilMore, TimeSpan? untilAll)
    {
        Assert.False(lease.IsAcquired);
        Assert.Equal(retryAfter, lease.RetryAfter);
        Assert.True(lease.Statuses[0].IsViolated);
        AssertStatus(lease, limit, remaining, untilMore, untilAll);
    }
}
