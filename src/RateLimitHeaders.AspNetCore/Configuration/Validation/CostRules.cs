using System.Globalization;

namespace RateLimitHeaders.AspNetCore;

/// <summary>What the costs of a policy must keep.</summary>
internal static class CostRules
{
    public static bool AreGiven(PolicyOptions policy) =>
        policy.Cost != 1 || policy.DynamicCost is not null || policy.Costs.Count + policy.DynamicCosts.Count > 0;

    public static IEnumerable<RateLimitConfigurationError> Check(string path, PolicyOptions policy, PolicyPlans plans)
    {
        if (policy.DynamicCost is null && !IsInRange(policy.Cost))
        {
            yield return OutOfRange(OptionsPath.Join(path, nameof(policy.Cost)), "Cost", policy.Cost);
        }

        foreach (var (key, cost) in policy.Costs.Where(cost => !IsInRange(cost.Value)))
        {
            yield return OutOfRange(PathOf(path, key), $"The cost of \"{key}\"", cost);
        }

        var quotas = plans.All.SelectMany(plan => plan.Quotas).ToArray();
        foreach (var key in policy.Costs.Keys.Concat(policy.DynamicCosts.Keys))
        {
            if (!quotas.Any(quota => QuotaCosts.Matches(key, quota.Key, quota.Value)))
            {
                yield return new(
                    RateLimitErrorIds.CostUnmatched,
                    PathOf(path, key),
                    $"There is a cost of \"{key}\", which no quota of the policy has as its name or unit; correct it or leave it out. "
                        + $"The quotas are {string.Join(", ", quotas.Select(quota => $"\"{quota.Key}\"").Distinct())}.");
            }
        }

        foreach (var (place, name, key) in from plan in plans.All
                                           from quota in plan.Quotas
                                           where quota.Value.CountBytes != CountedBytes.None
                                           from key in policy.Costs.Keys.Concat(policy.DynamicCosts.Keys)
                                           where QuotaCosts.Matches(key, quota.Key, quota.Value)
                                           select (OptionsPath.Quota(plan.Path, quota.Key), quota.Key, key))
        {
            yield return new(
                RateLimitErrorIds.CostOfCountedBytes,
                OptionsPath.Join(place, nameof(QuotaOptions.CountBytes)),
                $"Quota \"{name}\" counts bytes, and the policy has a cost of \"{key}\", which means it, too; keep one of the two.");
        }

        foreach (var error in plans.All.SelectMany(plan => AboveLimit(policy, plan)))
        {
            yield return error;
        }
    }

    private static IEnumerable<RateLimitConfigurationError> AboveLimit(PolicyOptions policy, NamedPlan plan) =>
        from quota in plan.Quotas
        let cost = QuotaCosts.Of(policy, quota.Key, quota.Value)
        where cost.DynamicCost is null && quota.Value.DynamicLimit is null && quota.Value.PermitLimit >= 1
            && IsInRange(cost.Cost) && cost.Cost > quota.Value.PermitLimit
        select new RateLimitConfigurationError(
            RateLimitErrorIds.CostAboveLimit,
            OptionsPath.Join(OptionsPath.Quota(plan.Path, quota.Key), nameof(quota.Value.PermitLimit)),
            string.Create(
                CultureInfo.InvariantCulture,
                $"PermitLimit is {quota.Value.PermitLimit}, less than the cost of {cost.Cost} permits; ")
                + "raise the limit or lower the cost, or else no request is ever admitted.");

    public static bool IsInRange(long cost) => cost is PermitCost.AnyLeft or (>= 0 and <= PermitCost.Max);

    public static RateLimitConfigurationError OutOfRange(string path, string cost, long value) => new(
        RateLimitErrorIds.Cost, path, FormattableString.Invariant($"{cost} is {value}; give a number from 0 to 999,999,999,999,999, or PermitCost.AnyLeft."));

    private static string PathOf(string policy, string key) => OptionsPath.Join(policy, nameof(PolicyOptions.Costs), key);
}
