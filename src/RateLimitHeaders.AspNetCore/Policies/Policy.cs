using System.Collections.Frozen;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Decides about the requests of some endpoints: the caller's token type chooses the plan, and the partitions of the
/// plan decide.
/// </summary>
internal sealed class Policy
{
    private readonly FrozenDictionary<string, Plan> _plans;
    private readonly Plan? _foreign;
    private readonly PartitionDimensions? _dimensions;
    private readonly ILogger _logger;

    /// <param name="definition">The policy as configured.</param>
    /// <param name="plans">The plan of each token type.</param>
    /// <param name="principals">Identifies callers.</param>
    /// <param name="logger">The logger.</param>
    public Policy(PolicyDefinition definition, IReadOnlyList<Plan> plans, PrincipalResolver principals, ILogger logger)
    {
        Name = definition.Name;
        Resource = definition.Resource;
        Rejection = definition.Rejection;
        _plans = plans.ToFrozenDictionary(plan => plan.Definition.TokenType, StringComparer.Ordinal);
        foreach (var plan in plans.Where(plan => plan.Definition.PlanName is null))
        {
            plan.AddNamed(plans.Where(named => named.Definition.IsNamedPlanOf(plan.Definition)));
        }

        _foreign = definition.Foreign is null ? null : plans[0].ForAll();
        PlanCount = plans.Aggregate(0, (places, plan) => places + plan.SetIndex(places));
        Principals = principals;
        _dimensions = definition.Dimensions is { } dimensions ? new PartitionDimensions(dimensions, definition.Name, logger) : null;
        _logger = logger;
        RequiredTags = new StockTags(definition.Name);
        DefaultTags = new StockTags(policyName: null);
    }

    public string Name { get; }

    /// <summary>Gets the name of the group of endpoints, for <c>X-RateLimit-Resource</c>.</summary>
    public string Resource { get; }

    /// <summary>Gets the response to rejections.</summary>
    public RejectionDefinition Rejection { get; }

    /// <summary>Gets a value indicating whether the limiters are the application's own, which distinguish callers by themselves.</summary>
    public bool IsForeign => _foreign is not null;

    /// <summary>Gets a value indicating whether requests of a caller are counted separately by values of the request (<c>PartitionBy…</c>).</summary>
    public bool HasDimensions => _dimensions is not null;

    /// <summary>Gets the resolver that identifies callers.</summary>
    public PrincipalResolver Principals { get; }

    /// <summary>Gets the number of plans, including those for callers for which a plan is not enforced.</summary>
    public int PlanCount { get; }

    /// <summary>Gets the tags of ASP.NET Core's metrics for endpoints that require the policy.</summary>
    public StockTags RequiredTags { get; }

    /// <summary>Gets the tags of ASP.NET Core's metrics for endpoints to which the policy applies by default.</summary>
    public StockTags DefaultTags { get; }

    /// <summary>Returns the bans of a token type, to read, set and lift them by hand; <see langword="null"/> if its plan has none.</summary>
    public CallerBans? BansOf(string tokenType) => _plans.GetValueOrDefault(tokenType)?.Bans;

    /// <summary>Decides about a request.</summary>
    public ValueTask DecideAsync(LimitedRequest request)
    {
        var prepared = PrepareAsync(request);
        return prepared.IsCompletedSuccessfully ? AcquireAsync(request) : AcquireAfterAsync(request, prepared);
    }

    /// <summary>Finds the caller of a request, its plan and limits, and the costs of the request; no plan if the token type is exempt.</summary>
    public ValueTask PrepareAsync(LimitedRequest request)
    {
        if (_foreign is not null)
        {
            request.Prepare(_foreign, default, default);
            return default;
        }

        var resolved = Principals.ResolveAsync(request);
        if (!resolved.IsCompletedSuccessfully)
        {
            return ChoosePlanAfterAsync(request, resolved);
        }

        ChoosePlan(request);
        return default;
    }

    /// <summary>Prepares a part of a request whose caller is already identified, as <see cref="PrepareAsync"/> does.</summary>
    public void Prepare(LimitedRequest part, LimitedRequest request)
    {
        part.IdentifyAs(request);
        ChoosePlan(part);
    }

    /// <summary>Makes the plan of a prepared request decide.</summary>
    public ValueTask AcquireAsync(LimitedRequest request) => request.HasPlan ? AcquireAsync(request, request.Plan.Partitions!) : default;

    /// <summary>Decides a prepared request in the given partitions of its plan.</summary>
    public ValueTask AcquireAsync(LimitedRequest request, PlanPartitions partitions)
    {
        try
        {
            var decided = partitions.AcquireAsync(request.Arguments, request.Decision);
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

    private async ValueTask AcquireAfterAsync(LimitedRequest request, ValueTask prepared)
    {
        await prepared;
        await AcquireAsync(request);
    }

    /// <summary>Finds the plan of an identified caller, and the limits of the caller.</summary>
    /// <returns>The plan, which has no partitions if the token type is exempt.</returns>
    public Plan PlanOf(LimitedRequest request, out ReadOnlyMemory<double> limits)
    {
        limits = default;
        var plan = _foreign ?? _plans[request.Decision.Caller.TokenType].Named(request.PlanName).For(request.Decision.Caller);
        if (plan.Partitions is not null && _foreign is null)
        {
            limits = plan.Limits.AreDynamic ? EvaluateLimits(request, ref plan) : plan.Limits.Static;
        }

        return plan;
    }

    /// <summary>Counts a request separately from others of its caller, if the policy has dimensions.</summary>
    public void CountApart(LimitedRequest request)
    {
        if (_dimensions is not null)
        {
            request.CountAs(_dimensions.PartitionOf(request.HttpContext, request.Decision.Caller));
        }
    }

    /// <summary>Returns the plan of a token type that this library counts; <see langword="null"/> if there is none.</summary>
    public Plan? CountedPlanOf(string tokenType) =>
        _foreign is null && _plans.TryGetValue(tokenType, out var plan) && plan.Partitions is not null ? plan : null;

    /// <summary>Returns the plans that count callers of a token type: its own first, and named ones that count by themselves.</summary>
    public IEnumerable<Plan> CountedPlansOf(string tokenType)
    {
        var own = CountedPlanOf(tokenType);
        var named = _plans.Values.Where(plan => plan.Definition is { PlanName: not null, IsExempt: false } definition
            && definition.CallerTokenType == tokenType && definition.CountedTokenType == definition.TokenType);
        return own is null ? named : named.Prepend(own);
    }

    /// <summary>Gets the plans of all token types.</summary>
    public IEnumerable<Plan> Plans => _plans.Values.OrderBy(plan => plan.Definition.TokenType, StringComparer.Ordinal);

    private async ValueTask ChoosePlanAfterAsync(LimitedRequest request, ValueTask resolved)
    {
        await resolved;
        ChoosePlan(request);
    }

    private void ChoosePlan(LimitedRequest request)
    {
        var plan = PlanOf(request, out var limits);
        if (plan.Partitions is not null)
        {
            request.Prepare(plan, plan.CostsOf(request), limits);
            CountApart(request);
        }
    }

    /// <summary>Computes the limits that depend on the caller, or else on its address.</summary>
    private ReadOnlyMemory<double> EvaluateLimits(LimitedRequest request, ref Plan plan)
    {
        var limits = request.LimitBuffer(plan.Limits.Static.Length);
        if (plan.Limits.TryEvaluate(new RateLimitCaller(request, Name), limits.Span))
        {
            return limits;
        }

        // The limits could not be determined: the request is limited by its address. If addresses have no plan, the last known limits apply.
        var address = Principals.ResolveAddress(request.HttpContext);
        if (_plans[address.TokenType] is { Partitions: not null } addressPlan)
        {
            request.IdentifyByAddress(address);
            plan = addressPlan.For(address);
            limits = request.LimitBuffer(plan.Limits.Static.Length);
        }

        plan.Limits.TryEvaluate(new RateLimitCaller(request, Name), limits.Span);
        return limits;
    }

    private async ValueTask AwaitAsync(LimitedRequest request, ValueTask decided)
    {
        // Only queues use cancellation. Any other wait is for a store.
        var wait = request.Plan.UsesCancellation ? request.Handling.Telemetry.StartWait(request) : default;
        try
        {
            await decided;
        }
        catch (OperationCanceledException) when (request.Aborted.IsCancellationRequested)
        {
            wait.End(request.StockTags.Canceled);
            throw;
        }
#pragma warning disable CA1031 // Whatever partitions throw later: the request is neither a 500 nor unlimited.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(request, exception);
        }

        wait.End(request.StockTags.Of(request.Decision.Outcome));
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
