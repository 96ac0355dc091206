namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>One server, on which every caller is hot at once.</summary>
public sealed class LeasingRedisStore : RedisTestStore
{
    public override QuotaCounter CreateCounter(ManualTimeProvider clock, params Quota[] quotas) => quotas.Any(quota => quota is ConcurrencyQuota)
        ? base.CreateCounter(clock, quotas)
        : new LeasingNodes(clock, EagerLeases.Of(maxBatch: 10, TimeSpan.FromSeconds(1)), quotas).Add(remembersRefusals: false);
}
