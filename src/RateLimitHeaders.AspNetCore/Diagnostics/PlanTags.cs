namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The tags of <see cref="RateLimitMetrics"/> for the requests of one plan, created once. All values are names of the configuration,
/// which therefore limits the number of series. The quotas of the application's own limiters have none: their names may be anything.
/// </summary>
internal sealed class PlanTags
{
    private readonly KeyValuePair<string, object?>[][] _quotas;
    private readonly KeyValuePair<string, object?>[]?[] _charges;

    public PlanTags(PlanDefinition plan)
    {
        Plan = Of(plan);
        _quotas = [.. plan.Quotas.Select(quota => (KeyValuePair<string, object?>[])[.. Plan, new("quota", quota.Description.Name)])];
        _charges = [.. plan.Quotas.Select((quota, i) =>
            quota is ConcurrencyQuota ? null : (KeyValuePair<string, object?>[])[.. _quotas[i], new("unit", quota.Description.Unit)])];
    }

    private PlanTags(IReadOnlyList<PlanTags> plans)
    {
        // An unknown quota belongs to a limiter of the application, whose plans come last.
        Plan = plans[^1].Plan;
        _quotas = [.. plans.SelectMany(plan => plan._quotas)];
        _charges = [.. plans.SelectMany(plan => plan._charges)];
    }

    /// <summary>Gets the tags of measurements about the whole plan.</summary>
    public KeyValuePair<string, object?>[] Plan { get; }

    /// <summary>Gets the number of quotas that have tags.</summary>
    public int Count => _quotas.Length;

    /// <summary>Gets the tags of the whole plan.</summary>
    public static KeyValuePair<string, object?>[] Of(PlanDefinition plan) =>
        [new("policy", plan.PolicyName), new("token_type", plan.TokenType)];

    /// <summary>Joins the tags of plans that decide together, each quota with those of its own plan.</summary>
    public static PlanTags Join(IEnumerable<PlanTags> plans) => new([.. plans]);

    /// <summary>Returns the tags of measurements about a quota; those of the plan if the quota is not known.</summary>
    public KeyValuePair<string, object?>[] Quota(int index) => index >= 0 && index < _quotas.Length ? _quotas[index] : Plan;

    /// <summary>Returns the tags of charges; <see langword="null"/> for a concurrency quota, whose permits are held.</summary>
    public KeyValuePair<string, object?>[]? Charge(int index) => _charges[index];
}
