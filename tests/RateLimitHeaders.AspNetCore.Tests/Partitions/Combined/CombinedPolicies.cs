using Microsoft.Extensions.Logging.Abstractions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Policies of one quota each, which decide together in memory, without a host.</summary>
internal sealed class CombinedPolicies : IDisposable
{
    private readonly RateLimitSnapshot[] _snapshots;

    public CombinedPolicies(params Quota[] quotas)
    {
        var time = new ManualTimeProvider();
        PlanDefinition[] plans = [.. quotas.Select((quota, i) => new PlanDefinition($"policy {i}", TokenTypes.User, [new QuotaDefinition(quota)]))];
        Partitions = [.. plans.Select(plan => new MemoryPartitions(TestPlan.Create(time, plan)))];
        _snapshots = [.. plans.Zip(Partitions, (plan, partitions) => TestSnapshot.Create(plan, partitions, new CallerIdRule(), time))];
    }

    public MemoryPartitions[] Partitions { get; }

    /// <summary>Creates what one thread asks with.</summary>
    /// <param name="policies">The places of the policies that decide, in the order in which an endpoint names them.</param>
    public CombinedCaller CreateCaller(params int[] policies) =>
        new(_snapshots[0], new PolicyCombination([.. policies.Select(policy => _snapshots[policy].Policies[0])], NullLogger.Instance));

    public void Dispose() => Array.ForEach(Partitions, partitions => partitions.Dispose());
}
