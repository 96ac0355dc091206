namespace RateLimitHeaders.AspNetCore;

/// <summary>Finds the cost of requests for a quota: by its name, or else by its unit, or else the cost for all quotas.</summary>
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

    /// <summary>Returns whether a policy has a cost by the name or the unit of a quota.</summary>
    public static bool IsGivenFor(PolicyOptions policy, string name, QuotaOptions quota) =>
        policy.Costs.Keys.Concat(policy.DynamicCosts.Keys).Any(key => Matches(key, name, quota));

    /// <summary>Returns whether a cost applies to a quota, by its name or its unit.</summary>
    public static bool Matches(string quotaOrUnit, string name, QuotaOptions quota) => quotaOrUnit == name || quotaOrUnit == UnitOf(quota);

    // A missing unit is already an error, on which costs need not fail.
    private static string UnitOf(QuotaOptions quota) =>
        quota.Algorithm == QuotaAlgorithm.Concurrency ? QuotaUnits.ConcurrentRequests : quota.Unit ?? string.Empty;
}
