namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>One server, on which every caller is hot at once.</summary>
public class LeasingRedisStore : RedisTestStore
{
    protected virtual bool OvertakesAnswers => false;

    public override bool HoldsPermits => true;

    public override QuotaCounter CreateCounter(ManualTimeProvider clock, params Quota[] quotas)
    {
        if (quotas.Any(quota => quota is ConcurrencyQuota))
        {
            return base.CreateCounter(clock, quotas);
        }

        var nodes = new LeasingNodes(clock, EagerLeases.Of(maxBatch: 10, TimeSpan.FromSeconds(1)), quotas);
        var node = nodes.Add(remembersRefusals: false);
        nodes.Gateways[0].OvertakesAnswers = OvertakesAnswers;
        Settle(clock, () => node.CallsBehind);
        return node;
    }
}
