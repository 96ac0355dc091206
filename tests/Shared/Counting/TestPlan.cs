using Microsoft.Extensions.Logging.Abstractions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A plan as partitions get to know it, without a host.</summary>
internal static class TestPlan
{
    /// <summary>The most callers that a server keeps something in memory for.</summary>
    public const int MaxPartitions = 1_000;

    /// <summary>Creates what partitions of a plan are made with. Its limits depend on the caller, so that a test may change them.</summary>
    public static PartitionsContext Create(TimeProvider clock, string policyName, params Quota[] quotas) =>
        Create(clock, Define(policyName, quotas));

    /// <summary>Creates what partitions of a plan are made with.</summary>
    public static PartitionsContext Create(TimeProvider clock, PlanDefinition plan) =>
        new(plan, MaxPartitions, clock, new RateLimitMetrics(factory: null), NullLogger.Instance);

    /// <summary>Defines a plan whose limits depend on the caller.</summary>
    public static PlanDefinition Define(string policyName, params Quota[] quotas) => new(
        policyName,
        "user",
        new EquatableList<QuotaDefinition>([.. quotas.Select(quota => new QuotaDefinition(quota, _ => double.NaN))]));
}
