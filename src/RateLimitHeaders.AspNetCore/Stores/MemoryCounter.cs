namespace RateLimitHeaders.AspNetCore;

/// <summary>Counts a plan in memory, behind the interface of a store: a server's share of it while the store is out of reach.</summary>
internal sealed class MemoryCounter(PlanPartitions partitions, IReadOnlyList<PlanQuota> quotas, double share, RateLimitClock clock)
    : QuotaCounter
{
    public override ValueTask<ExternalLease> AcquireAsync(
        RateLimitPrincipal principal, int permits, ReadOnlySpan<double> limits, CancellationToken cancellationToken = default)
    {
        Span<double> shares = stackalloc double[quotas.Count];
        for (var i = 0; i < shares.Length; i++)
        {
            // Not a number stays so where a function of the caller tells the limit: the partition keeps the one that it has.
            var limit = limits.IsEmpty ? double.NaN : limits[i];
            shares[i] = Divide(double.IsNaN(limit) && quotas[i].Limit is null ? quotas[i].Quota.Limit : limit);
        }

        var lease = new MemoryLease(partitions, principal, clock);
        var acquired = partitions.AcquireAsync(lease.Lease, principal, permits, shares, cancellationToken);
        return acquired.IsCompletedSuccessfully ? new(lease) : AwaitAsync(lease, acquired);
    }

    protected override void Dispose(bool disposing)
    {
        partitions.Dispose();
        base.Dispose(disposing);
    }

    private static async ValueTask<ExternalLease> AwaitAsync(MemoryLease lease, ValueTask acquired)
    {
        await acquired;
        return lease;
    }

    // One of ten servers that share a limit of 5 would never admit anybody: some of what a caller may do is better than none.
    private double Divide(double limit) => limit <= 1 ? limit : Math.Max(1, limit * share);
}
