namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>Our partitions with the same fixed window, asked as the middleware asks them: with a lease that is used again.</summary>
internal abstract class OurPartitions<TCaller>(PlanPartitions partitions) : Contender<TCaller>
{
    private readonly QuotaLease _lease = new();

    public override int? Count => partitions.Count;

    protected PlanPartitions Partitions => partitions;

    public override bool TrySweep()
    {
        partitions.Sweep();
        return true;
    }

    public override void Dispose() => partitions.Dispose();

    protected static PlanPartitions Create(Limit limit, int most)
    {
        var quotas = new QuotaSet(TimeProvider.System, [Quota.FixedWindow("default", limit.Permits, limit.Window)]);
        return new PlanPartitions(quotas, [], new PartitionBudget(most, () => { }), TimeProvider.System, TooMany);
    }

    protected bool Acquire(in RateLimitPrincipal principal)
    {
        while (true)
        {
            var limiter = partitions.Get(principal);
            var decided = limiter.AcquireAsync(_lease, permits: 1, limits: [], CancellationToken.None);
            if (decided.IsCompletedSuccessfully && decided.Result)
            {
                var isAcquired = _lease.IsAcquired;
                _lease.Reset();
                return isAcquired;
            }

            partitions.Remove(principal, limiter);
        }
    }

    private static void TooMany() => throw new InvalidOperationException("The partitions have become one.");
}
