using Microsoft.Extensions.Logging.Abstractions;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>Our partitions with one quota, asked as the middleware asks them: with a decision that is used again.</summary>
internal abstract class OurPartitions<TCaller>(MemoryPartitions partitions) : Contender<TCaller>
{
    private static readonly long[] s_costs = [1];

    private readonly RateLimitDecision _decision = RateLimitDecision.CreateSpaced();

    public override int? Count => partitions.Count;

    protected MemoryPartitions Partitions => partitions;

    public override bool TrySweep()
    {
        partitions.Sweep();
        return true;
    }

    public override void Dispose() => partitions.Dispose();

    protected static MemoryPartitions Create(Limit limit, int most) => Create(Quota.FixedWindow("default", limit.Permits, limit.Window), most);

    protected static MemoryPartitions Create(Quota quota, int most)
    {
        var plan = new PlanDefinition("default", TokenTypes.User, [new QuotaDefinition(quota)]);
        return new MemoryPartitions(
            new PartitionsContext(plan, most, TimeProvider.System, new RateLimitMetrics(factory: null), NullLogger.Instance));
    }

    protected bool Acquire(in RateLimitPrincipal principal)
    {
        _decision.Caller = principal;
        var acquired = partitions.AcquireAsync(new AcquireArguments(principal, s_costs, limits: default), _decision);
        return acquired.IsCompletedSuccessfully && _decision.IsAcquired;
    }
}
