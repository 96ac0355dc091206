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
    /// <param name="clock">The clock.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="maxPartitions">The most callers that have partitions of their own.</param>
    /// <param name="metrics">What counts; by default metrics that nothing reads.</param>
    /// <param name="log">What is logged to; by default nothing.</param>
    public static PartitionsContext Create(
        TimeProvider clock, PlanDefinition plan, int maxPartitions = MaxPartitions, RateLimitMetrics? metrics = null, ILogger? log = null) =>
        new(plan, maxPartitions, clock, metrics ?? UnheardMetrics.Instance, log ?? NullLogger.Instance);

    /// <summary>Defines the plan of users under the policy <c>api</c>.</summary>
    public static PlanDefinition Of(params IEnumerable<QuotaDefinition> quotas) => new("api", TokenTypes.User, [.. quotas]);

    /// <summary>Defines a plan whose limits depend on the caller.</summary>
    public static PlanDefinition Define(string policyName, params Quota[] quotas) => new(
        policyName,
        "user",
        new EquatableList<QuotaDefinition>([.. quotas.Select(quota => new QuotaDefinition(quota, _ => double.NaN))]));
}
