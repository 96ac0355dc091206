using Microsoft.Extensions.Logging.Abstractions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A way to count quotas that the tests of the algorithms are run over.</summary>
public abstract class TestedStore
{
    /// <summary>Gets the shortest time that the store tells apart.</summary>
    public abstract TimeSpan Resolution { get; }

    /// <summary>Gets how many random histories are played for each property.</summary>
    public abstract int Histories { get; }

    /// <summary>Gets how long permits of a concurrency quota can be held without a sign of life.</summary>
    public abstract TimeSpan LongestHold { get; }

    /// <summary>Creates what counts one plan, which shares nothing with others.</summary>
    public abstract QuotaCounter CreateCounter(ManualTimeProvider clock, params Quota[] quotas);

    /// <summary>Creates a plan whose limits depend on the caller, so that a test may change them.</summary>
    protected static StoredPlan PlanOf(TimeProvider clock, string policyName, params Quota[] quotas)
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
