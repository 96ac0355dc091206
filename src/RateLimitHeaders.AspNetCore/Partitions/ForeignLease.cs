using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A foreign limiter's decision, with what could be learnt of where it leaves the caller.</summary>
internal sealed class ForeignLease(RateLimitLease lease, QuotaStatus[] statuses, TimeSpan? retryAfter, long takenAt)
{
    public RateLimitLease Lease => lease;

    public bool IsAcquired => lease.IsAcquired;

    /// <summary>Gets where the caller stands; empty if the limiter does not tell.</summary>
    public ReadOnlySpan<QuotaStatus> Statuses => statuses;

    public TimeSpan? RetryAfter => retryAfter;

    public long TakenAt => takenAt;
}
