namespace RateLimitHeaders.AspNetCore;

/// <summary>Finds what requests cost a quota: by its name, or else by its unit, or else what they cost all quotas.</summary>
internal static class QuotaCosts
{
    public static (long Cost, Func<RateLimitCaller, long>? DynamicCost) Of(PolicyOptions policy, string name, QuotaOptions quota)
    {
        if (quota.CountBytes != CountedBytes.None)
        {
            return (PermitCost.AnyLeft, null);
        }

        foreach (var key in (ReadOnlySpan<string>)[name, UnitOf(quota)])
        {
            if (policy.DynamicCosts.TryGetValue(key, out var dynamicCost))
            {
                return (1, dynamicCost);
            }

            if (policy.Costs.TryGetValue(key, out var cost))
            {
                return (cost, null);
            }
        }

        return policy.DynamicCost is null ? (policy.Cost, null) : (1, policy.DynamicCost);
    }

    /// <summary>Tells whether a policy has a cost by the name or the unit of a quota.</summary>
    public static bool IsGivenFor(PolicyOptions policy, string name, QuotaOptions quota) =>
        policy.Costs.Keys.Concat(policy.DynamicCosts.Keys).Any(key => Matches(key, name, quota));

    /// <summary>Tells whether a cost is given for a quota, by its name or its unit.</summary>
    public static bool Matches(string quotaOrUnit, string name, QuotaOptions quota) => quotaOrUnit == name || quotaOrUnit == UnitOf(quota);

    // A unit that is missing is an error already, which costs need not fail on.
    private static string UnitOf(QuotaOptions quota) =>
        quota.Algorithm == QuotaAlgorithm.Concurrency ? QuotaUnits.ConcurrentRequests : quota.Unit ?? string.Empty;
}
