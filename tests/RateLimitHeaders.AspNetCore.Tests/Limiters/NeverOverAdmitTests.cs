using static RateLimitHeaders.AspNetCore.Tests.LimiterTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class NeverOverAdmitTests
{
    [Fact]
    public void SlidingWindow_AnyPeriodOfItsLength_AdmitsNoMoreThanTheLimit() =>
        AssertAdmitted(RandomQuota.Sliding, (quota, first, last, admitted) =>
        {
            // Periods that begin and end with an admission are the fullest ones; both ends count.
            Assert.False(last - first <= quota.Window && admitted > (long)quota.Limit, $"{admitted} in {last - first} ticks");
        });

    [Fact]
    public void TokenBucket_AnyPeriod_AdmitsNoMoreThanCapacityAndRefill() =>
        AssertAdmitted(RandomQuota.Bucket, (quota, first, last, admitted) =>
        {
            // admitted <= limit + limit / window * time, without a division; both sides are exact.
            var limit = (decimal)quota.Limit;
            Assert.True(admitted * (decimal)quota.Window <= (limit * quota.Window) + (limit * (last - first)), $"{admitted} in {last - first} ticks");
        });

    [Fact]
    public void TokenBucketOf952AndAFraction_DrainedForAnHour_AdmitsNoMoreThanCapacityAndRefill()
    {
        const double Limit = 952.38095238095;
        var clock = new ManualTimeProvider();
        var limiter = QuotaRateLimiter.Create(clock, Quota.TokenBucket("hourly", Limit, TimeSpan.FromHours(1)));
        Assert.True(limiter.Take(952).IsAcquired);
        for (var admitted = 953; admitted <= 1904; admitted++)
        {
            clock.Advance(limiter.Take().RetryAfter!.Value);
            Assert.True(limiter.Take().IsAcquired);
        }

        // 1904 admitted are 951.61904761905 more than the bucket held, which take 59:57.12; not a tick less, nor a millisecond more.
        var elapsed = clock.GetUtcNow() - ManualTimeProvider.Start;
        var least = new TimeSpan((long)decimal.Ceiling((1904 - (decimal)Limit) / (decimal)Limit * TimeSpan.TicksPerHour));
        Assert.InRange(elapsed, least, least + TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void FixedWindow_OpenedByItsFirstRequest_AdmitsTheLimitPerWindow() => AssertAdmittedPerWindow(RandomQuota.Fixed);

    [Fact]
    public void FixedWindow_AlignedToTheClock_AdmitsTheLimitPerWindow() => AssertAdmittedPerWindow(RandomQuota.Aligned);

    [Fact]
    public void TenPerSecondAndThreePerHour_AfterAnySilence_StaysThreePerHour()
    {
        var clock = new ManualTimeProvider();
        var limiter = QuotaRateLimiter.Create(
            clock, Quota.FixedWindow("burst", 10, Seconds(1)), Quota.FixedWindow("hourly", 3, TimeSpan.FromHours(1)));
        for (var i = 0; i < 3; i++)
        {
            Assert.True(limiter.Take().IsAcquired);
        }

        // The silences of ten seconds after which the stock chained limiter forgets, and some others.
        var start = clock.GetUtcNow();
        foreach (var silence in new[] { 0, 1, 9, 10, 11, 60, 600, 2_908 })
        {
            clock.Advance(Seconds(silence));
            var refused = limiter.Take();
            Assert.False(refused.IsAcquired);
            AssertStatus(refused, 3, 0, start.AddHours(1) - clock.GetUtcNow(), start.AddHours(1) - clock.GetUtcNow(), quota: 1);
        }

        Assert.Equal(Seconds(1), limiter.Take().RetryAfter);
        clock.Advance(Seconds(1));
        Assert.True(limiter.Take(3).IsAcquired);
        Assert.False(limiter.Take().IsAcquired);
    }

    /// <summary>Hands over every pair of admissions and how much was admitted from one to the other, both included.</summary>
    private static void AssertAdmitted(string algorithm, Action<RandomQuota, long, long, long> assert) =>
        History.Check(History.Of(algorithm), history =>
        {
            var admitted = Admitted(history);
            for (var first = 0; first < admitted.Count; first++)
            {
                var sum = 0L;
                for (var last = first; last < admitted.Count; last++)
                {
                    sum += admitted[last].Cost;
                    assert(history.Quotas[0], admitted[first].At, admitted[last].At, sum);
                }
            }
        });

    private static void AssertAdmittedPerWindow(string algorithm) =>
        History.Check(History.Of(algorithm), history =>
        {
            var (window, limit) = (history.Quotas[0].Window, (long)history.Quotas[0].Limit);
            var (end, sum) = (long.MinValue, 0L);
            foreach (var (at, cost) in Admitted(history))
            {
                if (at >= end)
                {
                    end = algorithm == RandomQuota.Aligned ? ((at / window) + 1) * window : at + window;
                    sum = 0;
                }

                sum += cost;
                Assert.True(sum <= limit, $"{sum} in a window of {limit}");
            }
        });

    private static List<(long At, int Cost)> Admitted(History history)
    {
        var clock = new ManualTimeProvider();
        var admitted = new List<(long At, int Cost)>();
        history.Run(clock, QuotaRateLimiter.Create(clock, history.CreateQuotas()), (lease, cost) =>
        {
            if (lease.IsAcquired)
            {
                admitted.Add(((clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks, cost));
            }
        });

        return admitted;
    }
}
