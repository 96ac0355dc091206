namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Counts as a plan does without a store: in memory, with compact partitions where they can be.</summary>
public sealed class MemoryStore : TestedStore
{
    public override TimeSpan Resolution => new(1);

    public override int Histories => 400;

    public override TimeSpan LongestHold => TimeSpan.FromDays(1);

    public override PlanPartitions CreatePartitions(ManualTimeProvider clock, params Quota[] quotas) =>
        new MemoryPartitions(TestPlan.Create(clock, "api", quotas));
}
