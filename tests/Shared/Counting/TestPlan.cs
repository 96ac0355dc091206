using Microsoft.Extensions.Logging.Abstractions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A plan as a store gets to know it, without a host.</summary>
internal static class TestPlan
{
    /// <summary>Creates a plan whose limits depend on the caller, so that a test may change them.</summary>
    public static StoredPlan Create(TimeProvider clock, string policyName, params Quota[] quotas)
    {
        const int MaxPartitions = 1_000;
        var context = new PolicyContext(
            clock, Principals: null!, ["user"], HeadersWhen.Always, MaxPartitions, Store: null, Metrics: null!, NullLogger.Instance);
        var limits = new double[quotas.Length];
        Array.Fill(limits, double.NaN);
        return new StoredPlan(
            policyName,
            "user",
            [.. quotas.Select(quota => new PlanQuota(quota, _ => double.NaN))],
            context,
            () => new PlanPartitions(new QuotaSet(clock, quotas), limits, new PartitionBudget(MaxPartitions, () => { }), clock, () => { }));
    }
}
