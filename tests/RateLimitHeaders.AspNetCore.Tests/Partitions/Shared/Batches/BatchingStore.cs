namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>One server over states in memory, on which every caller is hot at once.</summary>
public sealed class BatchingStore : TestedStore
{
    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(1);

    public override TimeSpan Resolution => TimeSpan.FromTicks(1);

    public override int Histories => 100;

    public override TimeSpan LongestHold => TimeSpan.FromSeconds(59);

    public override bool HoldsPermits => true;

    public override TimeSpan LastUse => s_hold - Resolution;

    public override PlanPartitions CreatePartitions(ManualTimeProvider clock, params Quota[] quotas)
    {
        if (quotas.Any(quota => quota is ConcurrencyQuota))
        {
            return new DictionaryStore().CreatePartitions(TestPlan.Create(clock, "api", quotas));
        }

        var servers = new BatchServers(clock, BatchServers.Eager(maxBatch: 10, s_hold), quotas);
        var partitions = servers.Add(remembersRejections: false);

        // Time waits for the calls that no request waits for, so that they are of the moment at which they were made.
        clock.Moving += () => Assert.True(
            SpinWait.SpinUntil(() => servers.First.CallsBehind == 0, TimeSpan.FromSeconds(60)), "Calls come to no end.");
        return partitions;
    }
}
