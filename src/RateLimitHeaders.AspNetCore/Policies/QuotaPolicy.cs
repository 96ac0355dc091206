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
        : base(name, resource, logger)
    {
        _principals = principals;
        _plans = plans.ToFrozenDictionary(StringComparer.Ordinal);
        _staticCost = staticCost;
        _dynamicCost = dynamicCost;
    }

    public override ValueTask DecideAsync(RequestLimit request)
    {
        var resolved = _principals.ResolveAsync(request);
        return resolved.IsCompletedSuccessfully ? Decide(request) : AwaitAsync(request, resolved);
    }

    public override void Dispose()
    {
        foreach (var plan in _plans.Values)
        {
            plan?.Dispose();
        }
    }

    private async ValueTask AwaitAsync(RequestLimit request, ValueTask resolved)
    {
        await resolved;
        await Decide(request);
    }

    private ValueTask Decide(RequestLimit request)
    {
        if (_plans[request.Caller.TokenType] is { } plan)
        {
            // Constant limits need nobody to be asked.
            return plan.LimitCount == 0 ? AcquireAsync(request, plan, []) : AskAndAcquireAsync(request, plan, isLastResort: false);
        }

        request.Exempt();
        return default;
    }

    private ValueTask AskAndAcquireAsync(RequestLimit request, Plan plan, bool isLastResort)
    {
        Span<double> limits = stackalloc double[plan.LimitCount];
        if (plan.TryGetLimits(CallerOf(request), limits) || isLastResort)
        {
            return AcquireAsync(request, plan, limits);
        }

        // Limited as its address; and if that has no limit either, by the limits that were last known.
        var address = _principals.ResolveAddress(request.HttpContext);
        if (_plans[address.TokenType] is { } addressPlan)
        {
            request.Caller = address;
            plan = addressPlan;
        }

        return AskAndAcquireAsync(request, plan, isLastResort: true);
    }

    private ValueTask AcquireAsync(RequestLimit request, Plan plan, ReadOnlySpan<double> limits)
    {
        request.Count(plan.HeadersWhen, plan.Texts);
        var cost = _dynamicCost is null ? _staticCost : AskCost(CallerOf(request));
        return plan.Counter.DecideAsync(request, cost, limits);
    }

    private RateLimitCaller CallerOf(RequestLimit request) => new(request.HttpContext, request.Caller, Name);

    private int AskCost(in RateLimitCaller caller)
    {
        try
        {
            var cost = _dynamicCost!(caller);
            if (cost >= 0)
            {
                return cost;
            }

            Log.CostInvalid(Logger, Name, cost);
        }
#pragma warning disable CA1031 // Whatever a function of the application throws: the request is charged like any other.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.CostFailed(Logger, Name, exception);
        }

        return 1;
    }
}
