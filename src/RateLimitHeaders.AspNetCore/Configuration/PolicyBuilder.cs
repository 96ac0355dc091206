namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// A policy: the plans of the token types, and the name of the resource that they share. A quota that is added to the
/// policy itself belongs to the plan of all token types that have none of their own, as in <see cref="ForOthers"/>.
/// </summary>
public sealed class PolicyBuilder : QuotaBuilder<PolicyBuilder>
{
    private readonly Dictionary<string, PlanBuilder> _plans = new(StringComparer.Ordinal);
    private readonly string _name;
    private PlanBuilder? _others;
    private PlanBuilder? _ownQuotas;

    internal PolicyBuilder(BuilderState state, string name)
        : base(state, PlaceOf(name)) => _name = name;

    internal string? ResourceName { get; private set; }

    internal int StaticCost { get; private set; } = 1;

    internal Func<RateLimitCaller, int>? DynamicCost { get; private set; }

    internal static string PlaceOf(string policyName) => $"Policy \"{policyName}\": ";

    /// <summary>Names the group of endpoints that share the quotas, for <c>X-RateLimit-Resource</c>.</summary>
    /// <param name="name">The name, of printable ASCII characters; the policy's name by default.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder Resource(string name)
    {
        State.ThrowIfUsed();
        if (!StructuredText.IsPrintable(name))
        {
            State.Find($"{Place}Resource is \"{name}\"; give a name of printable ASCII characters, which a header field can hold.");
        }

        ResourceName = name;
        return this;
    }

    /// <summary>Tells how many permits a request takes.</summary>
    /// <param name="permits">The permits, 1 by default; 0 tells callers where they stand without charging.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder Cost(int permits)
    {
        State.ThrowIfUsed();
        if (permits < 0)
        {
            State.Find($"{Place}Cost is {permits}; give 0 or more permits.");
        }

        StaticCost = permits;
        return this;
    }

    /// <summary>Tells how many permits a request takes.</summary>
    /// <param name="permits">
    /// Tells the permits of a request; more than the limit are refused without <c>Retry-After</c>. If it throws or answers a
    /// negative number, that is logged and the request costs 1.
    /// </param>
    /// <returns>This builder.</returns>
    public PolicyBuilder Cost(Func<RateLimitCaller, int> permits)
    {
        ArgumentNullException.ThrowIfNull(permits);
        State.ThrowIfUsed();
        DynamicCost = permits;
        return this;
    }

    /// <summary>Adds the plan of a token type.</summary>
    /// <param name="tokenType">The token type, one that the rules of <see cref="RateLimitHeadersBuilder.Principals"/> give.</param>
    /// <param name="configure">Configures the plan.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder For(string tokenType, Action<PlanBuilder> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(tokenType);
        ArgumentNullException.ThrowIfNull(configure);
        State.ThrowIfUsed();
        var plan = new PlanBuilder(State, $"Policy \"{_name}\", plan for \"{tokenType}\": ");
        configure(plan);
        if (!_plans.TryAdd(tokenType, plan))
        {
            State.Find($"{plan.Place}it is given twice; give each token type one plan.");
        }

        return this;
    }

    /// <summary>Adds the plan of callers that are known by their address alone.</summary>
    /// <param name="configure">Configures the plan.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder ForAnonymous(Action<PlanBuilder> configure) => For(TokenTypes.Anonymous, configure);

    /// <summary>Adds the plan of all token types that have none of their own; each counts apart.</summary>
    /// <param name="configure">Configures the plan.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder ForOthers(Action<PlanBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        State.ThrowIfUsed();
        var plan = new PlanBuilder(State, $"Policy \"{_name}\", plan for others: ");
        configure(plan);
        if (_others is not null)
        {
            State.Find($"{plan.Place}it is given twice; give it once.");
        }

        _others = plan;
        return this;
    }

    /// <summary>Does not limit callers of a token type at all.</summary>
    /// <param name="tokenType">The token type.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder Exempt(string tokenType) => For(tokenType, plan => plan.Exempt());

    /// <summary>Gets the plan of each token type that a request can have.</summary>
    internal Dictionary<string, PlanBuilder> PlansOf(IEnumerable<string> tokenTypes)
    {
        var plans = new Dictionary<string, PlanBuilder>(StringComparer.Ordinal);
        var others = Others;
        foreach (var tokenType in tokenTypes)
        {
            if ((_plans.GetValueOrDefault(tokenType) ?? others) is { } plan)
            {
                plans.Add(tokenType, plan);
            }
        }

        return plans;
    }

    internal IEnumerable<string> Validate(IReadOnlyCollection<string> tokenTypes)
    {
        if (_others is not null && (Quotas.Count > 0 || HasFaultyQuota))
        {
            yield return $"{Place}it has quotas of its own and ForOthers, which mean the same; keep one of the two.";
        }

        foreach (var tokenType in _plans.Keys.Except(tokenTypes))
        {
            yield return $"{Place}it has a plan for the token type \"{tokenType}\", which no rule of Principals gives; "
                + $"add a rule or correct the name. The rules give {string.Join(", ", tokenTypes.Select(type => $"\"{type}\""))}.";
        }

        foreach (var tokenType in tokenTypes.Where(type => !_plans.ContainsKey(type) && Others is null && !HasFaultyQuota))
        {
            yield return $"{Place}it has no plan for the token type \"{tokenType}\"; "
                + $"add For(\"{tokenType}\", …), ForOthers(…) or Exempt(\"{tokenType}\").";
        }

        foreach (var plan in _plans.Values.Append(Others).OfType<PlanBuilder>().Distinct())
        {
            foreach (var finding in plan.Validate().Concat(ValidateCost(plan)))
            {
                yield return finding;
            }
        }
    }

    private IEnumerable<string> ValidateCost(PlanBuilder plan) =>
        from quota in plan.Quotas
        where DynamicCost is null && quota.Limit is null && StaticCost > quota.Quota.Limit
        select $"{plan.Place}Quota \"{quota.Quota.Description.Name}\": its limit is less than the Cost of {StaticCost} permits; "
            + "raise the limit or lower the cost, or else no request is ever admitted.";

    private PlanBuilder? Others => _others ?? (Quotas.Count == 0 ? null : _ownQuotas ??= PlanOfOwnQuotas());

    private PlanBuilder PlanOfOwnQuotas()
    {
        var plan = new PlanBuilder(State, Place);
        plan.AddAll(Quotas);
        return plan;
    }
}
