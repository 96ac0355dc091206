using System.Collections.Frozen;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// What is decided about the requests of some endpoints: the caller's token type chooses the plan, and the partitions of the
/// plan decide.
/// </summary>
internal sealed class Policy
{
    private readonly FrozenDictionary<string, Plan> _plans;
    private readonly PrincipalResolver _principals;
    private readonly Plan? _foreign;
    private readonly ILogger _logger;

    /// <param name="definition">The policy as configured.</param>
    /// <param name="plans">The plan of each token type.</param>
    /// <param name="principals">Identifies callers.</param>
    /// <param name="logger">The logger.</param>
    public Policy(PolicyDefinition definition, IReadOnlyList<Plan> plans, PrincipalResolver principals, ILogger logger)
    {
        Name = definition.Name;
        Resource = definition.Resource;
        _plans = plans.ToFrozenDictionary(plan => plan.Definition.TokenType, StringComparer.Ordinal);
        _foreign = definition.Foreign is null ? null : plans[0];
        _principals = principals;
        _logger = logger;
        RequiredTags = new StockTags(definition.Name);
        DefaultTags = new StockTags(policyName: null);
    }

    public string Name { get; }

    /// <summary>Gets the name of the group of endpoints, for <c>X-RateLimit-Resource</c>.</summary>
    public string Resource { get; }

    /// <summary>Gets a value indicating whether the limiters are the application's own, which tell callers apart by themselves.</summary>
    public bool IsForeign => _foreign is not null;

    /// <summary>Gets the tags of ASP.NET Core's metrics where the endpoint requires the policy.</summary>
    public StockTags RequiredTags { get; }

    /// <summary>Gets the same where it applies by default.</summary>
    public StockTags DefaultTags { get; }

    /// <summary>Decides about a request.</summary>
    public ValueTask DecideAsync(LimitedRequest request)
    {
        if (_foreign is not null)
        {
            return AcquireAsync(request, _foreign, default, default);
        }

        var resolved = _principals.ResolveAsync(request);
        return resolved.IsCompletedSuccessfully ? ChoosePlan(request) : ChoosePlanAfterAsync(request, resolved);
    }

    /// <summary>Identifies the caller of a request, and writes it into the decision.</summary>
    public ValueTask IdentifyAsync(LimitedRequest request) => _principals.ResolveAsync(request);

    /// <summary>Finds the plan of a caller that was identified, and the limits that the caller has.</summary>
    /// <returns>The plan, which has no partitions where the token type is exempt.</returns>
    public Plan PlanOf(LimitedRequest request, out ReadOnlyMemory<double> limits)
    {
        limits = default;
        var plan = _foreign ?? _plans[request.Decision.Caller.TokenType];
        if (plan.Partitions is not null && _foreign is null)
        {
            limits = plan.HasDynamicLimits ? AskLimits(request, ref plan) : plan.StaticLimits;
        }

        return plan;
    }

    /// <summary>Gets the plan of a token type that this library counts; <see langword="null"/> if there is none.</summary>
    public Plan? CountedPlanOf(string tokenType) =>
        _foreign is null && _plans.TryGetValue(tokenType, out var plan) && plan.Partitions is not null ? plan : null;

    /// <summary>Gets the plans of all token types.</summary>
    public IEnumerable<Plan> Plans => _plans.Values.OrderBy(plan => plan.Definition.TokenType, StringComparer.Ordinal);

    private async ValueTask ChoosePlanAfterAsync(LimitedRequest request, ValueTask resolved)
    {
        await resolved;
        await ChoosePlan(request);
    }

    private ValueTask ChoosePlan(LimitedRequest request)
    {
        var plan = PlanOf(request, out var limits);
        return plan.Partitions is null ? default : AcquireAsync(request, plan, plan.CostsOf(request), limits);
    }

    /// <summary>Asks for the limits that depend on the caller, or else on its address.</summary>
    private ReadOnlyMemory<double> AskLimits(LimitedRequest request, ref Plan plan)
    {
        var limits = request.LimitBuffer(plan.StaticLimits.Length);
        if (plan.TryGetLimits(new RateLimitCaller(request.HttpContext, request.Decision.Caller, Name), limits.Span))
        {
            return limits;
        }

        // Limited by its address; and if that has no limit either, by the limits that were last known.
        var address = _principals.ResolveAddress(request.HttpContext);
        if (_plans[address.TokenType] is { Partitions: not null } addressPlan)
        {
            request.Decision.Caller = address;
            plan = addressPlan;
            limits = request.LimitBuffer(plan.StaticLimits.Length);
        }

        plan.TryGetLimits(new RateLimitCaller(request.HttpContext, request.Decision.Caller, Name), limits.Span);
        return limits;
    }

    private ValueTask AcquireAsync(LimitedRequest request, Plan plan, ReadOnlyMemory<long> costs, ReadOnlyMemory<double> limits)
    {
        try
        {
            var decided = request.AcquireAsync(plan, costs, limits);
            return decided.IsCompletedSuccessfully ? default : AwaitAsync(request, decided);
        }
#pragma warning disable CA1031 // Whatever partitions throw: the request is neither a 500 nor unlimited.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(request, exception);
            return default;
        }
    }

    private async ValueTask AwaitAsync(LimitedRequest request, ValueTask decided)
    {
        // Whatever else waits, waits for a store, and is not queued.
        var wait = request.Plan.Partitions!.UsesCancellation ? request.Snapshot.Telemetry.StartWait(request) : default;
        try
        {
            await decided;
        }
        catch (OperationCanceledException) when (request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            wait.Cancel();
            throw;
        }
#pragma warning disable CA1031 // As above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(request, exception);
        }

        wait.End(request.Decision.Outcome);
    }

    private void Fail(LimitedRequest request, Exception exception)
    {
        if (IsForeign)
        {
            Log.ForeignLimiterFailed(_logger, Name, exception);
        }
        else
        {
            Log.StoreFailed(_logger, Name, exception);
        }

        request.Decision.Fail("the limiter of the policy failed, so that nothing is known.");
    }
}
