namespace RateLimitHeaders.AspNetCore;

/// <summary>Computes the permits that are charged to each quota of a plan, or given back, when an endpoint or an operator names quotas.</summary>
internal static class AdjustedPermits
{
    /// <summary>Returns whether a plan has a quota of which permits can be granted: running requests hold those of a concurrency quota.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="quotaOrUnit">The name of a quota, or else a unit; <see langword="null"/> for all quotas that do not count bytes.</param>
    public static bool CanBeGranted(PlanDefinition plan, string? quotaOrUnit) => plan.QuotaDefinitions.Any(quota =>
        quota.Quota is not ConcurrencyQuota && (quotaOrUnit is null ? !quota.CountsBytes : quota.Quota.Description.Is(quotaOrUnit)));

    /// <summary>Returns the names of the quotas of which an adjustment grants permits.</summary>
    public static string NamesOf(Plan plan, long[] adjustment) => string.Join(
        ", ",
        from quota in plan.Definition.Quotas.Index()
        where adjustment[quota.Index] > 0 && quota.Item is not ConcurrencyQuota
        select quota.Item.Description.Name);

    /// <summary>Returns the permits to charge, or to give back, of each quota.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="quotaOrUnit">The name of a quota, or else a unit; <see langword="null"/> for all quotas that do not count bytes.</param>
    /// <param name="permits">The permits.</param>
    /// <exception cref="ArgumentException">The plan has no such quota.</exception>
    public static long[] Of(Plan plan, string? quotaOrUnit, long permits) => Of(plan, request: null, quotaOrUnit, _ => permits);

    /// <summary>
    /// Gets what a request is to be charged, or given back, of each quota: nothing by the name or the unit of a quota that a limiter of
    /// the application alone has, or that a policy may have which does not count the request.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="quotaOrUnit">The name of a quota, or else a unit; <see langword="null"/> for all quotas that do not count bytes.</param>
    /// <param name="permits">The permits.</param>
    /// <exception cref="ArgumentException">The plan has no such quota.</exception>
    public static long[] Of(LimitedRequest request, string? quotaOrUnit, long permits) => Of(request.Plan, request, quotaOrUnit, _ => permits);

    /// <summary>Returns the permits that make the request have taken its true cost.</summary>
    /// <param name="request">The request.</param>
    /// <param name="quotaOrUnit">The name of a quota, or else a unit; <see langword="null"/> for all quotas that do not count bytes.</param>
    /// <param name="permits">The true cost.</param>
    /// <exception cref="ArgumentException">The plan has no such quota.</exception>
    public static long[] ToSettle(LimitedRequest request, string? quotaOrUnit, long permits) =>
        Of(request.Plan, request, quotaOrUnit, quota => permits - request.TakenOf(quota));

    private static long[] Of(Plan plan, LimitedRequest? request, string? quotaOrUnit, Func<int, long> permits)
    {
        var definitions = plan.Definition.QuotaDefinitions;
        var adjustment = new long[definitions.Count];
        var isFound = quotaOrUnit is null || adjustment.Length == 0;
        var textOf = TextOf(plan, quotaOrUnit);
        for (var i = 0; i < adjustment.Length; i++)
        {
            if (quotaOrUnit is null ? !definitions[i].CountsBytes : textOf(i) == quotaOrUnit)
            {
                adjustment[i] = permits(i);
                isFound = true;
            }
        }

        return isFound || (request is not null && (IsForeign(request, quotaOrUnit!) || IsWithoutAny(request))) ? adjustment : throw new ArgumentException(
            $"Policy \"{plan.Definition.PolicyName}\", token type \"{plan.Definition.TokenType}\" has no quota by the name or of the unit \"{quotaOrUnit}\".",
            nameof(quotaOrUnit));
    }

    /// <summary>
    /// Returns whether one of the policies, which may have the quota, does not count the request: the caller is exempt from it, or its
    /// store failed and admits uncounted requests.
    /// </summary>
    private static bool IsWithoutAny(LimitedRequest request)
    {
        foreach (var part in request.Parts)
        {
            if (!part.HasPlan || (!part.Policy.IsForeign && part.Decision.Statuses.IsEmpty))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Returns whether a limiter of the application has a quota of a name or unit, whether or not it reports the caller's status.</summary>
    private static bool IsForeign(LimitedRequest request, string quotaOrUnit)
    {
        foreach (var part in request.Parts)
        {
            if (part.Policy.IsForeign && part.Policy.Name == quotaOrUnit)
            {
                return true;
            }
        }

        // The statuses of limiters of the application come after those of the known quotas.
        var statuses = request.Decision.Statuses;
        for (var i = request.Plan.Definition.Quotas.Count; i < statuses.Length; i++)
        {
            if (statuses[i].Quota.Is(quotaOrUnit))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Returns the texts to compare with: the shown names, or else the configured names, or else the units.</summary>
    private static Func<int, string> TextOf(Plan plan, string? text)
    {
        var quotas = plan.Definition.Quotas;
        string ConfiguredName(int quota) => quotas[quota].Description.Name;
        return Enumerable.Range(0, quotas.Count).Any(quota => plan.DisplayedNameOf(quota) == text) ? plan.DisplayedNameOf
            : quotas.Any(quota => quota.Description.Name == text) ? ConfiguredName
            : quota => quotas[quota].Description.Unit;
    }
}
