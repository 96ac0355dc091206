using static RateLimitHeaders.AspNetCore.Tests.LimiterTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class CompactLimiterTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void CompactLimiter_RandomHistories_AnswersAsTheStandardOne() =>
        History.Check(History.Of(RandomQuota.Fixed, RandomQuota.Aligned, RandomQuota.Bucket), history =>
        {
            var clock = new ManualTimeProvider();
            var standard = QuotaRateLimiter.Create(clock, history.CreateQuotas());
            var compact = Compact(clock, history.CreateQuotas()[0]);
            TimeSpan? told = null;
            foreach (var step in history.Steps)
            {
                clock.Advance(step.IsPatient && told is { } wait ? wait : history.WaitOf(step));
                var lease = compact.Take(history.CostOf(step));
                Assert.Equal(Says(standard.Take(history.CostOf(step))), Says(lease));
                told = lease.RetryAfter;
            }
        });

    [Fact]
    public void Create_OneSmallQuotaThatTimeRefills_IsCompact()
    {
        Assert.True(IsCompact(Quota.FixedWindow("q", 1, Seconds(1))));
        Assert.True(IsCompact(Quota.TokenBucket("q", 1, Seconds(1))));
        Assert.False(IsCompact(Quota.SlidingWindow("q", 1, Seconds(1), segments: 2)));
        Assert.False(IsCompact(Quota.Concurrency("q", 1)));
        Assert.False(IsCompact(Quota.FixedWindow("q", 1, Seconds(1)), Quota.FixedWindow("r", 1, Seconds(1))));
    }

    [Fact]
    public void TryAcquire_LeaseUsedAgain_KeepsNothingOfTheLastRequest()
    {
        var limiter = Compact(_clock, Quota.FixedWindow("q", 5, Seconds(60)));
        var lease = new QuotaLease();
        Assert.True(limiter.TryAcquire(lease, 3, []));
        Assert.True(limiter.TryAcquire(lease, 0, []));
        lease.Refund(3);
        AssertStatus(lease, 5, 2, Seconds(60), Seconds(60));

        Assert.True(limiter.TryAcquire(lease, 3, []));
        Assert.Equal((false, Seconds(60)), (lease.IsAcquired, lease.RetryAfter));
        lease.Charge(1);
        Assert.True(limiter.TryAcquire(lease, 2, []));
        Assert.Equal((true, null), (lease.IsAcquired, lease.RetryAfter));
        Assert.False(lease.Statuses[0].IsViolated);
        AssertStatus(lease, 5, 0, Seconds(60), Seconds(60));
    }

    private bool IsCompact(params Quota[] quotas) => LimiterFactory.Create(new QuotaSet(_clock, quotas)) is not StandardQuotaRateLimiter;
}
