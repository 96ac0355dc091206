namespace RateLimitHeaders.AspNetCore;

/// <summary>What requests cost each quota of a plan, and how they are settled once their response is known.</summary>
/// <param name="permits">The permits that no function tells.</param>
/// <param name="functions">What tells permits, for each quota; <see langword="null"/> where nothing does.</param>
/// <param name="settlement">How requests are settled; <see langword="null"/> where they are not.</param>
internal sealed class PlanCosts(long[] permits, Func<RateLimitCaller, long>?[]? functions, PlanSettlement? settlement)
{
    /// <summary>Gets the permits that no function tells.</summary>
    public ReadOnlyMemory<long> Permits => permits;

    /// <summary>Gets what tells permits, for each quota; empty where nothing does.</summary>
    public ReadOnlySpan<Func<RateLimitCaller, long>?> Functions => functions;

    /// <summary>Gets how requests are settled; <see langword="null"/> where they are not.</summary>
    public PlanSettlement? Settlement => settlement;

    /// <summary>Gets the permits that a request takes for a cost: one of a concurrency quota for <see cref="PermitCost.AnyLeft"/>, since nothing is charged to it later.</summary>
    public static long PermitsOf(Quota quota, long cost) => quota is ConcurrencyQuota ? PermitCost.Needed(cost) : cost;

    /// <summary>Gets the costs of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="endpoint">What the endpoint says; <see langword="null"/> for nothing.</param>
    public static PlanCosts Of(Plan plan, EndpointCosts? endpoint)
    {
        var quotas = plan.Definition.QuotaDefinitions;
        EndpointCost?[] costs = [.. quotas.Select(quota => endpoint?.For(plan.Definition.PolicyName, quota))];
        Func<RateLimitCaller, long>?[] functions = [.. quotas.Zip(costs, static (quota, cost) => cost is null ? quota.DynamicCost : cost.Function)];
        return new(
            [.. quotas.Zip(costs, static (quota, cost) => PermitsOf(quota.Quota, cost?.Permits ?? quota.Cost))],
            functions.Any(function => function is not null) ? functions : null,
            PlanSettlement.Of(plan, [.. quotas.Zip(costs, static (quota, cost) => cost is null ? quota.Bytes : CountedBytes.None)]));
    }
}
