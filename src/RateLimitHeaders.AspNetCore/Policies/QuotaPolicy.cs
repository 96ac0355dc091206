using System.Collections.Frozen;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A policy of plans: the principal's token type decides which quotas count.</summary>
internal sealed class QuotaPolicy : Policy
{
    private readonly PrincipalResolver _principals;
    private readonly FrozenDictionary<string, Plan?> _plans;
    private readonly int _staticCost;
    private readonly Func<RateLimitCaller, int>? _dynamicCost;
    private readonly ILogger _logger;

    /// <param name="name">The policy's name.</param>
    /// <param name="resource">The name of the group of endpoints.</param>
    /// <param name="principals">Tells who is calling.</param>
    /// <param name="plans">The plan of each token type; <see langword="null"/> for one that is exempt.</param>
    /// <param name="staticCost">The permits that a request takes.</param>
    /// <param name="dynamicCost">What tells the permits instead.</param>
    /// <param name="logger">The logger.</param>
    public QuotaPolicy(
        string name,
        string resource,
        PrincipalResolver principals,
        IReadOnlyDictionary<string, Plan?> plans,
        int staticCost,
        Func<RateLimitCaller, int>? dynamicCost,
        ILogger logger)
        : base(name, resource)
    {
        _principals = principals;
        _plans = plans.ToFrozenDictionary(StringComparer.Ordinal);
        _staticCost = staticCost;
        _dynamicCost = dynamicCost;
        _logger = logger;
    }

    public override ValueTask DecideAsync(RequestLimit request)
    {
        var principal = _principals.ResolveAsync(request.HttpContext);
        return principal.IsCompletedSuccessfully ? Decide(request, principal.Result) : AwaitAsync(request, principal);
    }

    public override void Dispose()
    {
        foreach (var plan in _plans.Values)
        {
            plan?.Dispose();
        }
    }

    private async ValueTask AwaitAsync(RequestLimit request, ValueTask<RateLimitPrincipal> principal) =>
        await Decide(request, await principal);

    private ValueTask Decide(RequestLimit request, in RateLimitPrincipal principal) => _plans[principal.TokenType] is { } plan
        ? Decide(request, principal, plan, isLastResort: false)
        : Exempt(request, principal);

    private static ValueTask Exempt(RequestLimit request, in RateLimitPrincipal principal)
    {
        request.Exempt(principal);
        return default;
    }

    private ValueTask Decide(RequestLimit request, in RateLimitPrincipal principal, Plan plan, bool isLastResort)
    {
        var caller = new RateLimitCaller(request.HttpContext, principal, Name);
        Span<double> limits = stackalloc double[plan.LimitCount];
        if (!plan.TryGetLimits(caller, limits) && !isLastResort)
        {
            // Limited as its address; and if that has no limit either, by the limits that were last known.
            var address = _principals.ResolveAddress(request.HttpContext);
            return _plans[address.TokenType] is { } addressPlan
                ? Decide(request, address, addressPlan, isLastResort: true)
                : Decide(request, principal, plan, isLastResort: true);
        }

        request.Count(principal, plan.HeadersWhen, plan.Texts, plan.Partitions);
        return AcquireAsync(request, caller, plan.Partitions, limits);
    }

    private ValueTask AcquireAsync(RequestLimit request, in RateLimitCaller caller, PlanPartitions partitions, ReadOnlySpan<double> limits)
    {
        var cost = CostOf(caller);
        while (true)
        {
            var limiter = partitions.Get(caller.Principal);
            var decided = limiter.AcquireAsync(request.Lease, cost, limits, request.HttpContext.RequestAborted);
            if (!decided.IsCompletedSuccessfully)
            {
                return new(decided.AsTask());
            }

            if (decided.Result)
            {
                return default;
            }

            // The partition was dropped between the look-up and the acquisition; what it held was nothing.
            partitions.Remove(caller.Principal, limiter);
        }
    }

    private int CostOf(in RateLimitCaller caller)
    {
        if (_dynamicCost is null)
        {
            return _staticCost;
        }

        try
        {
            var cost = _dynamicCost(caller);
            if (cost >= 0)
            {
                return cost;
            }

            Log.CostInvalid(_logger, Name, cost);
        }
#pragma warning disable CA1031 // Whatever a function of the application throws: the request is charged like any other.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.CostFailed(_logger, Name, exception);
        }

        return 1;
    }
}
