using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A policy: a plan for each token type, and what requests cost.</summary>
public sealed class PolicyOptions
{
    /// <summary>
    /// Gets or sets the name of the group of endpoints that share the quotas, for <c>X-RateLimit-Resource</c>: printable ASCII
    /// characters. By default it is the name of the policy.
    /// </summary>
    public string? Resource { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether all policies with this setting that name one <see cref="Resource"/> share one count:
    /// what a caller uses of one is used of all. Their quotas and their <c>ChargeAfterOutage</c> must be the same, and they must tell
    /// callers apart in the same way. By default <see langword="false"/>: the resource is a name and nothing more.
    /// </summary>
    public bool SharesResource { get; set; }

    /// <summary>
    /// Gets or sets when responses carry headers, for plans without a setting of their own; by default as
    /// <see cref="HeadersOptions.When"/> says.
    /// </summary>
    public HeadersWhen? Headers { get; set; }

    /// <summary>
    /// Gets or sets what <see cref="HeadersOptions.ReasonField"/> says when a quota of the policy rejects a request, of printable
    /// ASCII characters. By default it is the name of the quota.
    /// </summary>
    public string? Reason { get; set; }

    /// <summary>
    /// Gets or sets the share of the callers that the plans of the policy are enforced for, from 0 to 1, as in
    /// <see cref="PlanOptions.Enforce"/>, for plans without one of their own. By default as
    /// <see cref="RateLimitHeadersOptions.Enforce"/> says. A policy of the application's own limiters has 0 or 1.
    /// </summary>
    public double? Enforce { get; set; }

    /// <summary>Gets or sets when callers are banned, for plans without a ban of their own; <see langword="null"/>, the default, for never.</summary>
    public BanOptions? Ban { get; set; }

    /// <summary>Gets or sets how rejections are answered; <see langword="null"/>, the default, for 429 and problem details (RFC 9457).</summary>
    public RejectionOptions? Rejection { get; set; }

    /// <summary>
    /// Gets the endpoints that have this policy, whatever their metadata says: routes with methods before them or without, such
    /// as <c>GET /api/values/{id}</c>. They are compared with the routes of endpoints, not with paths of requests; a pattern that
    /// matches no endpoint stops the start-up.
    /// </summary>
    public IList<string> Endpoints { get; private set; } = [];

    /// <summary>Gets the quotas of all token types without a plan in <see cref="Plans"/>: the short form of <see cref="PlanForOthers"/>.</summary>
    public OrderedDictionary<string, QuotaOptions> Quotas { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>Gets the plans, by their token types.</summary>
    public OrderedDictionary<string, PlanOptions> Plans { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>Gets or sets the plan of all token types that have none of their own; each of them counts apart.</summary>
    public PlanOptions? PlanForOthers { get; set; }

    /// <summary>
    /// Gets or sets the permits that a request takes of each quota without a cost in <see cref="Costs"/>: from 0 to
    /// 999,999,999,999,999, or <see cref="PermitCost.AnyLeft"/>. The default is 1.
    /// </summary>
    public long Cost { get; set; } = 1;

    /// <summary>
    /// Gets the permits that a request takes of certain quotas. A key is the name of a quota, or the unit of all quotas
    /// without a cost by their name.
    /// </summary>
    public OrderedDictionary<string, long> Costs { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Gets what requests to some endpoints cost, by patterns as in <see cref="Endpoints"/>. They apply to endpoints that have this
    /// policy, and decide over the costs that code gives them.
    /// </summary>
    public OrderedDictionary<string, EndpointCostOptions> EndpointCosts { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets a value indicating whether a response with a status below 400 has the policy forget all that its caller has
    /// used, but not what running requests hold; the default is <see langword="false"/>. It is for log-ins, whose failures are counted.
    /// </summary>
    public bool ResetOnSuccess { get; set; }

    /// <summary>Gets or sets what tells whether a response is a success, in place of its status.</summary>
    internal Func<HttpResponse, bool>? IsSuccess { get; set; }

    /// <summary>Gets the rules that tell the caller of a request under this policy, in their order; none for those of all limits.</summary>
    internal List<PrincipalRule> Principals { get; private set; } = [];

    /// <summary>Gets the rules of the settings that these were copied from.</summary>
    internal IReadOnlyList<PrincipalRule> PrincipalsOfCode { get; private set; } = [];

    /// <summary>Gets what tells, beside the caller, which partition counts a request.</summary>
    internal List<Func<HttpContext, string?>> Dimensions { get; private set; } = [];

    /// <summary>Gets or sets what tells <see cref="Cost"/> for each request.</summary>
    internal Func<RateLimitCaller, long>? DynamicCost { get; set; }

    /// <summary>Gets what tells some of <see cref="Costs"/> for each request.</summary>
    internal OrderedDictionary<string, Func<RateLimitCaller, long>> DynamicCosts { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>Gets or sets what is called with each rejection, instead of what all policies call.</summary>
    internal Func<RateLimitRejection, ValueTask>? OnRejected { get; set; }

    /// <summary>Gets or sets what makes the partitions of the application's own limiters, which then stand in for all plans.</summary>
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
