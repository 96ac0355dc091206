using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Settings of a policy: a plan for each token type, and the costs of requests.</summary>
public sealed class PolicyOptions
{
    /// <summary>
    /// Gets or sets the name of the group of endpoints that share the quotas, for <c>X-RateLimit-Resource</c>: printable ASCII
    /// characters. By default it is the name of the policy.
    /// </summary>
    public string? Resource { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether all policies with this setting that name the same <see cref="Resource"/> share one count:
    /// permits that a caller uses under one of them are used under all. Their quotas and their <c>ChargeAfterOutage</c> must be the same, and
    /// they must distinguish callers in the same way. The default is <see langword="false"/>: the resource is only a name.
    /// </summary>
    public bool SharesResource { get; set; }

    /// <summary>
    /// Gets or sets when responses carry headers, for plans without a setting of their own; by default as
    /// <see cref="HeadersOptions.When"/> sets.
    /// </summary>
    public HeadersWhen? Headers { get; set; }

    /// <summary>
    /// Gets or sets the value that <see cref="HeadersOptions.ReasonField"/> shows when a quota of the policy rejects a request, of printable
    /// ASCII characters. By default it is the name of the quota.
    /// </summary>
    public string? Reason { get; set; }

    /// <summary>
    /// Gets or sets the share of the callers for which the plans of the policy are enforced, from 0 to 1, as in
    /// <see cref="PlanOptions.Enforce"/>, for plans without a share of their own. By default as
    /// <see cref="RateLimitHeadersOptions.Enforce"/> sets. A policy of the application's own limiters has 0 or 1.
    /// </summary>
    public double? Enforce { get; set; }

    /// <summary>Gets or sets when callers are banned, for plans without a ban of their own; with <see langword="null"/>, the default, never.</summary>
    public BanOptions? Ban { get; set; }

    /// <summary>
    /// Gets or sets the response to rejections; with <see langword="null"/>, the default, it is 429 and problem details (RFC 9457).
    /// </summary>
    public RejectionOptions? Rejection { get; set; }

    /// <summary>
    /// Gets the endpoints that have this policy, whatever their metadata: routes with or without a preceding method, such
    /// as <c>GET /api/values/{id}</c>. They are compared with the routes of endpoints, not with paths of requests; a pattern that
    /// matches no endpoint stops the start-up.
    /// </summary>
    public IList<string> Endpoints { get; private set; } = [];

    /// <summary>Gets the quotas of all token types without a plan in <see cref="Plans"/>: the short form of <see cref="PlanForOthers"/>.</summary>
    public OrderedDictionary<string, QuotaOptions> Quotas { get; internal set; } = new(StringComparer.Ordinal);

    /// <summary>Gets the plans, by their token types.</summary>
    public OrderedDictionary<string, PlanOptions> Plans { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>Gets or sets the plan of all token types without a plan of their own. Each of these token types counts separately.</summary>
    public PlanOptions? PlanForOthers { get; set; }

    /// <summary>
    /// Gets or sets the permits that a request takes of each quota without a cost in <see cref="Costs"/>: from 0 to
    /// 999,999,999,999,999, or <see cref="PermitCost.AnyLeft"/>. The default is 1.
    /// </summary>
    public long Cost { get; set; } = 1;

    /// <summary>
    /// Gets the permits that a request takes of certain quotas. A key is the name of a quota, or the unit of all quotas
    /// without a cost by name.
    /// </summary>
    public OrderedDictionary<string, long> Costs { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Gets the costs of requests to some endpoints, by patterns as in <see cref="Endpoints"/>. They apply to endpoints that have this
    /// policy, and take precedence over costs that are set in code.
    /// </summary>
    public OrderedDictionary<string, EndpointCostOptions> EndpointCosts { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets a value indicating whether a response with a status below 400 clears everything that its caller has used under the policy,
    /// except permits that running requests hold; the default is <see langword="false"/>. It is meant for log-ins whose failures are counted.
    /// </summary>
    public bool ResetOnSuccess { get; set; }

    /// <summary>Gets or sets the function that returns whether a response is a success, instead of its status.</summary>
    internal Func<HttpResponse, bool>? IsSuccess { get; set; }

    /// <summary>Gets the rules that identify the caller of a request under this policy, in their order; none for those of all limits.</summary>
    internal List<PrincipalRule> Principals { get; private set; } = [];

    /// <summary>Gets the rules of the settings that these were copied from.</summary>
    internal IReadOnlyList<PrincipalRule> PrincipalsOfCode { get; private set; } = [];

    /// <summary>Gets the functions whose values choose, together with the caller, the partition that counts a request.</summary>
    internal List<Func<HttpContext, string?>> Dimensions { get; private set; } = [];

    /// <summary>Gets or sets the function that returns <see cref="Cost"/> for each request.</summary>
    internal Func<RateLimitCaller, long>? DynamicCost { get; set; }

    /// <summary>Gets the functions that return some of <see cref="Costs"/> for each request.</summary>
    internal OrderedDictionary<string, Func<RateLimitCaller, long>> DynamicCosts { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>Gets or sets the function that is called with each rejection, instead of that of all policies.</summary>
    internal Func<RateLimitRejection, ValueTask>? OnRejected { get; set; }

    /// <summary>Gets or sets the object that makes the partitions of the application's own limiters, which then replace all plans.</summary>
    internal IForeignPartitioner? Foreign { get; set; }

    internal PolicyOptions Copy()
    {
        var copy = (PolicyOptions)MemberwiseClone();
        copy.Ban = Ban?.Copy();
        copy.Rejection = Rejection?.Copy();
        copy.Endpoints = [.. Endpoints];
        copy.Quotas = Quotas.Copy(quota => quota.Copy());
        copy.Plans = Plans.Copy(plan => plan.Copy());
        copy.PlanForOthers = PlanForOthers?.Copy();
        copy.Costs = Costs.Copy(cost => cost);
        copy.EndpointCosts = EndpointCosts.Copy(cost => cost.Copy());
        copy.DynamicCosts = DynamicCosts.Copy(cost => cost);
        copy.Principals = [.. Principals];
        copy.PrincipalsOfCode = Principals;
        copy.Dimensions = [.. Dimensions];
        return copy;
    }
}
