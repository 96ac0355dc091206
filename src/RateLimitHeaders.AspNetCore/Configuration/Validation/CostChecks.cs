namespace RateLimitHeaders.AspNetCore;

/// <summary>The requirements of the costs of a policy.</summary>
internal static class CostChecks
{
    public static bool AreGiven(PolicyOptions policy) =>
        policy.Cost != 1 || policy.DynamicCost is not null || policy.Costs.Count + policy.DynamicCosts.Count > 0;

    public static void Check(string path, PolicyOptions policy, PolicyPlans plans, ConfigurationErrors errors)
    {
        if (policy.DynamicCost is null)
        {
            CheckRange(OptionsPath.Join(path, nameof(policy.Cost)), "Cost", policy.Cost, errors);
        }

        foreach (var (key, cost) in policy.Costs)
        {
            CheckRange(PathOf(path, key), $"The cost of \"{key}\"", cost, errors);
        }

        string[] keys = [.. policy.Costs.Keys, .. policy.DynamicCosts.Keys];
        (NamedPlan Plan, string Name, QuotaOptions Options)[] quotas =
            [.. plans.All.SelectMany(plan => plan.Options.Quotas, (plan, quota) => (plan, quota.Key, quota.Value))];
        foreach (var key in keys)
        {
            errors.AddIf(
                !quotas.Any(quota => QuotaCosts.Matches(key, quota.Name, quota.Options)),
                RateLimitErrorIds.CostUnmatched,
                PathOf(path, key),
                $"There is a cost of \"{key}\", which no quota of the policy has as its name or unit; correct it or leave it out. "
                    + (quotas.Length == 0 ? "There is none." : $"The quotas are {string.Join(", ", quotas.Select(quota => $"\"{quota.Name}\"").Distinct())}."));
        }

        errors.AddRange(
            from quota in quotas
            where quota.Options.CountBytes != CountedBytes.None
            from key in keys
            where QuotaCosts.Matches(key, quota.Name, quota.Options)
            select new RateLimitConfigurationError(
                RateLimitErrorIds.CostOfCountedBytes,
                OptionsPath.Join(OptionsPath.Quota(quota.Plan.Path, quota.Name), nameof(quota.Options.CountBytes)),
                $"Quota \"{quota.Name}\" counts bytes, and the policy has a cost of \"{key}\", which also applies to it; keep one of the two."));
        foreach (var (plan, name, quota) in quotas)
        {
            var (cost, function) = QuotaCosts.Of(policy, name, quota);
            errors.AddIf(
                function is null && quota.DynamicLimit is null && quota.PermitLimit >= 1 && IsInRange(cost) && cost > quota.PermitLimit,
                RateLimitErrorIds.CostAboveLimit,
                OptionsPath.Join(OptionsPath.Quota(plan.Path, name), nameof(quota.PermitLimit)),
                FormattableString.Invariant($"PermitLimit is {quota.PermitLimit}, less than the cost of {cost} permits; ")
                    + "raise the limit or lower the cost, or else no request is ever admitted.");
        }
    }

    public static bool IsInRange(long cost) => cost is PermitCost.AnyLeft or (>= 0 and <= PermitCost.Max);

    public static void CheckRange(string path, string cost, long value, ConfigurationErrors errors) => errors.AddIf(
        !IsInRange(value),
        RateLimitErrorIds.Cost,
        path,
        FormattableString.Invariant($"{cost} is {value}; give a number from 0 to 999,999,999,999,999, or PermitCost.AnyLeft."));

    private static string PathOf(string policy, string key) => OptionsPath.Join(policy, nameof(PolicyOptions.Costs), key);
}
