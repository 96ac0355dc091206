using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The costs of requests for each quota of a plan, and how requests are settled once their response is known.</summary>
/// <param name="plan">The plan.</param>
/// <param name="permits">The costs that no function returns.</param>
/// <param name="functions">The functions that return costs, for each quota; <see langword="null"/> if none does.</param>
/// <param name="settlement">How requests are settled; <see langword="null"/> if they are not.</param>
/// <param name="logger">The logger.</param>
internal sealed class PlanCosts(
    PlanDefinition plan, long[] permits, Func<RateLimitCaller, long>?[]? functions, PlanSettlement? settlement, ILogger logger)
{
    /// <summary>Gets how requests are settled; <see langword="null"/> if they are not.</summary>
    public PlanSettlement? Settlement => settlement;

    /// <summary>Returns the costs of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="endpoint">The costs of the endpoint; <see langword="null"/> for none.</param>
    /// <param name="logger">The logger.</param>
    public static PlanCosts Of(Plan plan, EndpointCosts? endpoint, ILogger logger)
    {
        var quotas = plan.Definition.QuotaDefinitions;
        EndpointCost?[] costs = [.. quotas.Select(quota => endpoint?.For(plan.Definition.PolicyName, quota))];
        Func<RateLimitCaller, long>?[] functions = [.. quotas.Zip(costs, static (quota, cost) => cost is null ? quota.DynamicCost : cost.Function)];
        return new(
            plan.Definition,
            [.. quotas.Zip(costs, static (quota, cost) => PermitsOf(quota.Quota, cost?.Permits ?? quota.Cost))],
            functions.Any(function => function is not null) ? functions : null,
            PlanSettlement.Of(plan, [.. quotas.Zip(costs, static (quota, cost) => cost is null ? quota.Bytes : CountedBytes.None)]),
            logger);
    }

    /// <summary>Returns the cost of a request for each quota.</summary>
    public ReadOnlyMemory<long> For(LimitedRequest request)
    {
        if (functions is null)
        {
            return permits;
        }

        var costs = request.CostBuffer(permits.Length);
        var caller = new RateLimitCaller(request, plan.PolicyName);
        for (var i = 0; i < permits.Length; i++)
        {
            costs.Span[i] = functions[i] is { } function ? PermitsOf(plan.Quotas[i], Evaluate(function, caller)) : permits[i];
        }

        return costs;
    }

    /// <summary>
    /// Returns the permits that a request takes for a cost: one of a concurrency quota for <see cref="PermitCost.AnyLeft"/>, because nothing is
    /// charged to it later.
    /// </summary>
    private static long PermitsOf(Quota quota, long cost) => quota is ConcurrencyQuota ? PermitCost.Needed(cost) : cost;

    private long Evaluate(Func<RateLimitCaller, long> function, in RateLimitCaller caller)
    {
        try
        {
            var cost = function(caller);
            if (cost is >= PermitCost.AnyLeft and <= PermitCost.Max)
            {
                return cost;
            }

            Log.CostInvalid(logger, plan.PolicyName, cost);
        }
#pragma warning disable CA1031 // Whatever a function of the application throws: the request is charged like any other.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.CostFailed(logger, plan.PolicyName, exception);
        }

        return 1;
    }
}
