namespace RateLimitHeaders.AspNetCore;

/// <summary>A decision of a <see cref="MemoryCounter"/>.</summary>
internal sealed class MemoryLease(PlanPartitions partitions, RateLimitPrincipal principal, RateLimitClock clock) : ExternalLease
{
    public QuotaLease Lease { get; } = new();

    public override bool IsAcquired => Lease.IsAcquired;

    public override ReadOnlySpan<QuotaStatus> Statuses => Lease.Statuses;

    public override TimeSpan? RetryAfter => Lease.RetryAfter;

    public override TimeSpan Age => new(clock.Now - Lease.TakenAt);

    public override int LongestWait => Lease.LongestWait;

    public override bool HoldsPermits => Lease.HoldsConcurrency;

    public override ValueTask ChargeAsync(int permits)
    {
        partitions.Charge(Lease, principal, permits);
        return default;
    }

    public override ValueTask RefundAsync(int permits)
    {
        Lease.Refund(permits);

        // The partition may have been dropped since, full: then there was nothing to give back, and where the caller stands
        // is for another one to tell.
        partitions.Refresh(Lease, principal);
        return default;
    }

    public override ValueTask RefreshAsync()
    {
        partitions.Refresh(Lease, principal);
        return default;
    }

    protected override void Dispose(bool disposing)
    {
        // What the endpoint's end says about the request's cost is still counted, as it is without a store.
        Lease.ReleaseConcurrency();
        base.Dispose(disposing);
    }
}
