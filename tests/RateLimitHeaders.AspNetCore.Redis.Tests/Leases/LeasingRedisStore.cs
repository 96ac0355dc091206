namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>One server, on which every caller is hot at once.</summary>
public sealed class LeasingRedisStore : RedisTestStore
{
    public override bool HoldsPermits => true;

    public override QuotaCounter CreateCounter(ManualTimeProvider clock, params Quota[] quotas)
    {
        if (quotas.Any(quota => quota is ConcurrencyQuota))
        {
            return base.CreateCounter(clock, quotas);
        }

        var node = new LeasingNodes(clock, EagerLeases.Of(maxBatch: 10, TimeSpan.FromSeconds(1)), quotas).Add(remembersRefusals: false);
        Settle(clock, () => node.CallsBehind);
        return node;
    }
}
