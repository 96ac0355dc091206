namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Counts each caller in a limiter as an application creates it, which is never a compact one.</summary>
public sealed class LimiterStore : TestedStore
{
    public override TimeSpan Resolution => new(1);

    public override int Histories => 400;

    public override TimeSpan LongestHold => TimeSpan.FromDays(1);

    public override PlanPartitions CreatePartitions(ManualTimeProvider clock, params Quota[] quotas) => new LimiterPartitions(clock, quotas);
}
