using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Configures a policy: the plans of its token types, and the name of the resource that they share. A quota that is added to the
/// policy itself belongs to the plan of all token types without a plan of their own, as in <see cref="ForOthers"/>.
/// </summary>
public sealed class PolicyBuilder : QuotaBuilder<PolicyBuilder>
{
    private readonly PolicyOptions _options;

    internal PolicyBuilder(BuilderState state, PolicyOptions options, string path)
        : base(state, options.Quotas, path) => _options = options;

    /// <summary>Names the group of endpoints that share the quotas, for <c>X-RateLimit-Resource</c>.</summary>
    /// <param name="name">The name, of printable ASCII characters; the policy's name by default.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder Resource(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Set(() => _options.Resource = name);
    }

    /// <summary>
    /// Counts requests and rejects none, under all plans of the policy without an <see cref="PlanOptions.Enforce"/> of their own; see
    /// <see cref="PlanBuilder.ReportOnly"/>.
    /// </summary>
    /// <returns>This builder.</returns>
    public PolicyBuilder ReportOnly() => EnforceFor(0);

    /// <summary>
    /// Enforces the plans of the policy without an <see cref="PlanOptions.Enforce"/> of their own for a share of their callers, as
    /// <see cref="PlanBuilder.EnforceFor"/> does.
    /// </summary>
    /// <param name="share">The share of the callers, from 0, which is report-only, to 1, which is all; see <see cref="PolicyOptions.Enforce"/>.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder EnforceFor(double share) => Set(() => _options.Enforce = share);

    /// <summary>
    /// Names the group of endpoints that share the quotas, and shares one count with all policies that name the same group with this
    /// method: permits that a caller uses under one of them are used under all. Their quotas and their <c>ChargeAfterOutage</c> must be the same,
    /// and they must distinguish callers in the same way; the costs of requests may differ.
    /// </summary>
    /// <param name="name">The name, of printable ASCII characters.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder SharedResource(string name)
    {
        Resource(name);
        _options.SharesResource = true;
        return this;
    }

    /// <summary>
    /// Bans callers that keep sending requests after they were rejected, under the plans of the policy without a ban of their own: for a
    /// time they are rejected, and their quotas are not touched. Servers that share a Redis share bans. See <see cref="BanOptions"/>.
    /// </summary>
    /// <param name="after">The number of rejections after which a caller is banned, 1 or more.</param>
    /// <param name="within">The time within which they must occur, counted from the first one.</param>
    /// <param name="lasting">How long a ban lasts.</param>
    /// <param name="extends">Whether each request of a banned caller restarts the ban (<see cref="BanOptions.Extends"/>); not by default.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder Ban(int after, TimeSpan within, TimeSpan lasting, bool extends = false) =>
        Set(() => _options.Ban = new() { After = after, Within = within, Lasting = lasting, Extends = extends });

    /// <summary>Configures the response to rejections by this policy; see <see cref="RejectionOptions"/>.</summary>
    /// <param name="configure">Changes the settings.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder Rejection(Action<RejectionOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Set(() => configure(_options.Rejection ??= new()));
    }

    /// <summary>
    /// Adds the rules that identify callers under this policy, instead of those of <see cref="RateLimitsBuilder.Principals"/>. A log-in,
    /// for example, may identify callers only by their address.
    /// </summary>
    /// <param name="configure">Adds the rules, in their order.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder Principals(Action<PrincipalsBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Set(() => configure(new PrincipalsBuilder(State, _options.Principals)));
    }

    /// <summary>Counts the requests of a caller separately for each value of the request, such as a tenant.</summary>
    /// <param name="dimension">
    /// Returns the value; <see langword="null"/> is the same as an empty text. If the function throws, the exception is logged, and the request
    /// counts as one without a value. A caller has the whole limit for each value, so it must not be able to choose the value freely.
    /// </param>
    /// <returns>This builder.</returns>
    public PolicyBuilder PartitionBy(Func<HttpContext, string?> dimension)
    {
        ArgumentNullException.ThrowIfNull(dimension);
        return Set(() => _options.Dimensions.Add(dimension));
    }

    /// <summary>
    /// Sets a function that is called with each rejection by this policy, instead of that of <see cref="RateLimitsBuilder.OnRejected"/>. If it
    /// writes no body and keeps the status, for example because it only logs, the body that the policy configures is written. With another status
    /// and no body written by the function, the response has no body.
    /// </summary>
    /// <param name="onRejected">The function. The status and the fields of the response are already set, and can be changed.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder OnRejected(Func<RateLimitRejection, ValueTask> onRejected)
    {
        ArgumentNullException.ThrowIfNull(onRejected);
        return Set(() => _options.OnRejected = onRejected);
    }

    /// <summary>
    /// Counts the requests of a caller separately for each value of the route, such as <c>id</c> of <c>/users/{id}</c>, ignoring case.
    /// </summary>
    /// <param name="name">The name of the route parameter. A route without it counts as a route with an empty value.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder PartitionByRouteValue(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return PartitionBy(context => Convert.ToString(context.GetRouteValue(name), CultureInfo.InvariantCulture)?.ToUpperInvariant());
    }

    /// <summary>
    /// Counts the requests of a caller separately for each method, such as <c>GET</c> and <c>POST</c>. Methods that HTTP does not define
    /// count as one.
    /// </summary>
    /// <returns>This builder.</returns>
    public PolicyBuilder PartitionByMethod() => PartitionBy(static context => PartitionDimensions.MethodOf(context.Request.Method));

    /// <summary>Sets how many permits a request takes of each quota that has no cost by its name or unit.</summary>
    /// <param name="permits">
    /// The permits, 1 by default. With 0, responses show the caller's status and nothing is charged. <see cref="PermitCost.AnyLeft"/> admits a
    /// request if any permit is left, and charges nothing.
    /// </param>
    /// <returns>This builder.</returns>
    public PolicyBuilder Cost(long permits) => Set(() => (_options.Cost, _options.DynamicCost) = (permits, null));

    /// <summary>Sets how many permits a request takes of each quota that has no cost by its name or unit.</summary>
    /// <param name="permits">
    /// Returns the permits of a request, as in <see cref="Cost(long)"/>. A cost above the limit is rejected without
    /// <c>Retry-After</c>. If the function throws or returns an invalid number, that is logged, and the request costs 1.
    /// </param>
    /// <returns>This builder.</returns>
    public PolicyBuilder Cost(Func<RateLimitCaller, long> permits)
    {
        ArgumentNullException.ThrowIfNull(permits);
        return Set(() => _options.DynamicCost = permits);
    }

    /// <summary>Sets how many permits a request takes of certain quotas, such as 0 of all that count bytes.</summary>
    /// <param name="quotaOrUnit">
    /// The name of a quota in any plan of the policy, or the unit of all quotas that have no cost by their name, such as
    /// <see cref="QuotaUnits.ContentBytes"/>.
    /// </param>
    /// <param name="permits">The permits, as in <see cref="Cost(long)"/>.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder Cost(string quotaOrUnit, long permits)
    {
        ArgumentException.ThrowIfNullOrEmpty(quotaOrUnit);
        return Set(() =>
        {
            _options.Costs[quotaOrUnit] = permits;
            _options.DynamicCosts.Remove(quotaOrUnit);
        });
    }

    /// <summary>Sets how many permits a request takes of certain quotas, such as the bytes of its content.</summary>
    /// <param name="quotaOrUnit">
    /// The name of a quota in any plan of the policy, or the unit of all quotas that have no cost by their name, such as
    /// <see cref="QuotaUnits.ContentBytes"/>.
    /// </param>
    /// <param name="permits">Returns the permits of a request, as in <see cref="Cost(Func{RateLimitCaller, long})"/>.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder Cost(string quotaOrUnit, Func<RateLimitCaller, long> permits)
    {
        ArgumentException.ThrowIfNullOrEmpty(quotaOrUnit);
        ArgumentNullException.ThrowIfNull(permits);
        return Set(() =>
        {
            _options.DynamicCosts[quotaOrUnit] = permits;
            _options.Costs.Remove(quotaOrUnit);
        });
    }

    /// <summary>
    /// Clears everything that a caller has used under this policy when a request succeeds, as when the right password follows wrong ones; see
    /// <see cref="PolicyOptions.ResetOnSuccess"/>. Only the endpoint that checks the password may have the policy: each success of another
    /// endpoint would clear the failures.
    /// </summary>
    /// <param name="isSuccess">
    /// Returns whether a response is a success; by default a response with a status below 400 is. It is called when the response starts. If it
    /// throws, the exception is logged and nothing is cleared.
    /// </param>
    /// <returns>This builder.</returns>
    public PolicyBuilder ResetOnSuccess(Func<HttpResponse, bool>? isSuccess = null) =>
        Set(() => (_options.ResetOnSuccess, _options.IsSuccess) = (true, isSuccess));

    /// <summary>Adds the plan of a token type.</summary>
    /// <param name="tokenType">The token type, one that a rule of <see cref="RateLimitsBuilder.Principals"/> returns.</param>
    /// <param name="configure">Configures the plan.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder For(string tokenType, Action<PlanBuilder> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(tokenType);
        var path = OptionsPath.Plan(Path, tokenType);
        return Configure(configure, path, plan => _options.Plans.TryAdd(tokenType, plan));
    }

    /// <summary>
    /// Adds a named plan for some callers of a token type (<see cref="RateLimitIdentity.Plan"/>); the others have the plan of
    /// the token type.
    /// </summary>
    /// <remarks>
    /// If the two plans differ only in limits, a caller that gets the other plan keeps its counts. Otherwise each plan
    /// counts by itself.
    /// </remarks>
    /// <param name="tokenType">The token type, one that a rule of <see cref="RateLimitsBuilder.Principals"/> returns.</param>
    /// <param name="planName">The name of the plan, such as <c>pro</c>.</param>
    /// <param name="configure">Configures the plan.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder For(string tokenType, string planName, Action<PlanBuilder> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(tokenType);
        ArgumentException.ThrowIfNullOrEmpty(planName);
        return For(PolicyPlans.KeyOf(tokenType, planName), configure);
    }

    /// <summary>Adds the plan of callers that are known only by their client IP address.</summary>
    /// <param name="configure">Configures the plan.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder ForAnonymous(Action<PlanBuilder> configure) => For(TokenTypes.Anonymous, configure);

    /// <summary>Adds the plan of all token types without a plan of their own. Each of these token types counts separately.</summary>
    /// <param name="configure">Configures the plan.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder ForOthers(Action<PlanBuilder> configure) => Configure(
        configure, OptionsPath.PlanForOthers(Path), plan => ReferenceEquals(plan, _options.PlanForOthers ??= plan));

    /// <summary>Does not limit callers of a token type at all.</summary>
    /// <param name="tokenType">The token type.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder Exempt(string tokenType) => For(tokenType, plan => plan.Exempt());

    private PolicyBuilder Configure(Action<PlanBuilder> configure, string path, Func<PlanOptions, bool> tryAdd)
    {
        ArgumentNullException.ThrowIfNull(configure);
        State.ThrowIfOver();
        var plan = new PlanOptions();
        if (!tryAdd(plan))
        {
            State.AddConflict(RateLimitErrorIds.PlanRepeated, path, "The plan is given several times; give it once.");
        }

        configure(new PlanBuilder(State, plan, path));
        return this;
    }
}
