using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A foreign limiter's decision, with what could be learnt of where it leaves the caller.</summary>
internal sealed class ForeignLease(
    RateLimitLease lease, QuotaStatus[] statuses, TimeSpan? retryAfter, RateLimitClock clock, long takenAt) : ExternalLease
{
    public override bool IsAcquired => lease.IsAcquired;

    public override ReadOnlySpan<QuotaStatus> Statuses => statuses;

    public override TimeSpan? RetryAfter => retryAfter;

    public override TimeSpan Age => new(clock.Now - takenAt);

    protected override void Dispose(bool disposing)
    {
        lease.Dispose();
        base.Dispose(disposing);
    }
}
