using System.Threading.RateLimiting;
using static RateLimitHeaders.AspNetCore.Tests.QuotaTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class LeaseMetadataTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void GrantedLease_HasStatusesAndNoRetryAfter()
    {
        RateLimitLease lease = Limiter().AttemptAcquire();
        Assert.Equal(["QUOTA_STATUSES", "RETRY_AFTER"], lease.MetadataNames);
        Assert.True(lease.TryGetMetadata(QuotaMetadata.Statuses, out var statuses));
        Assert.Equal([("burst", 1L, false), ("hourly", 4L, false)], statuses!.Select(s => (s.Name, s.Remaining, s.IsViolated)));
        Assert.False(lease.TryGetMetadata(MetadataName.RetryAfter, out _));
    }

    [Fact]
    public void RejectedLease_HasStatusesAndRetryAfter()
    {
        var limiter = Limiter();
        limiter.Take(2);
        RateLimitLease lease = limiter.AttemptAcquire();
        Assert.Equal(["QUOTA_STATUSES", "RETRY_AFTER"], lease.MetadataNames);
        Assert.True(lease.TryGetMetadata(QuotaMetadata.Statuses, out var statuses));
        Assert.Equal([("burst", 0L, true), ("hourly", 3L, false)], statuses!.Select(s => (s.Name, s.Remaining, s.IsViolated)));
        Assert.True(lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter));
        Assert.Equal(Seconds(1), retryAfter);
        Assert.True(lease.TryGetMetadata("RETRY_AFTER", out var boxed));
        Assert.Equal(Seconds(1), boxed);
    }

    [Fact]
    public void Lease_OtherMetadata_IsNotFound()
    {
        RateLimitLease lease = Limiter().AttemptAcquire();
        Assert.False(lease.TryGetMetadata(MetadataName.ReasonPhrase, out var reason));
        Assert.Null(reason);
    }

    [Fact]
    public void Lease_AfterDispose_KeepsItsMetadata()
    {
        var lease = Limiter().Take();
        var before = Says(lease);
        lease.Dispose();
        Assert.Equal(before, Says(lease));
    }

    [Fact]
    public void Statuses_DescribeTheirQuota()
    {
        var limiter = QuotaRateLimiter.Create(
            _clock,
            Quota.TokenBucket("burst", capacity: 20, refillPerSecond: 10),
            Quota.SlidingWindow("bytes", 1_000, TimeSpan.FromHours(1), unit: QuotaUnits.ContentBytes),
            Quota.Concurrency("at once", 5));
        Assert.Equal(
            [("burst", Seconds(2), "requests"), ("bytes", TimeSpan.FromHours(1), "content-bytes"), ("at once", (TimeSpan?)null, "concurrent-requests")],
            limiter.Peek().Statuses.ToArray().Select(status => (status.Quota.Name, status.Quota.Window, status.Quota.Unit)));
    }

    private QuotaRateLimiter Limiter() => QuotaRateLimiter.Create(
        _clock, Quota.TokenBucket("burst", 2, Seconds(2)), Quota.FixedWindow("hourly", 5, TimeSpan.FromHours(1)));
}
