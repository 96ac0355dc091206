namespace RateLimitHeaders.AspNetCore;

/// <summary>What the settings of all limits together must keep.</summary>
internal static class LimitsRules
{
    public static IEnumerable<RateLimitConfigurationError> Check(RateLimitHeadersOptions options)
    {
        if (options.MaxPartitions < 1)
        {
            yield return ValueRules.Say(
                RateLimitErrorIds.MaxPartitions, string.Empty, nameof(options.MaxPartitions), options.MaxPartitions, "give 1 or more");
        }

        foreach (var error in ValueRules.IsShare(string.Empty, options.Enforce))
        {
            yield return error;
        }

        if (options.Policies.Count == 0 && options.Quotas.Count == 0)
        {
            yield return new(
                RateLimitErrorIds.NoPolicy,
                string.Empty,
                "There is no policy; add a quota, such as limits.FixedWindow(permitLimit: 100, window: TimeSpan.FromMinutes(1)), "
                    + "or a policy with AddPolicy.");
        }

        if (options.Quotas.Count > 0 && (options.DefaultPolicy is not null || options.Policies.ContainsKey(RateLimitsBuilder.DefaultPolicyName)))
        {
            yield return new(
                RateLimitErrorIds.QuotasBesideDefaultPolicy,
                nameof(options.Quotas),
                $"There are quotas beside the policy \"{options.DefaultPolicy ?? RateLimitsBuilder.DefaultPolicyName}\", "
                    + "which mean a default policy, too; move them into it.");
        }

        if (options.DefaultPolicy is { } name && !options.Policies.ContainsKey(name))
        {
            yield return new(
                RateLimitErrorIds.DefaultPolicyMissing,
                OptionsPath.DefaultPolicy,
                $"DefaultPolicy is \"{name}\", which does not exist; add it with AddPolicy(\"{name}\", …) or correct the name.");
        }

        if (options.GlobalPolicy is { } global && !IsPolicy(options, global))
        {
            yield return new(
                RateLimitErrorIds.GlobalPolicyMissing,
                OptionsPath.GlobalPolicy,
                $"GlobalPolicy is \"{global}\", which does not exist; add it with AddPolicy(\"{global}\", …) or correct the name.");
        }
    }

    private static bool IsPolicy(RateLimitHeadersOptions options, string name) =>
        options.Policies.ContainsKey(name) || (options.Quotas.Count > 0 && name == RateLimitsBuilder.DefaultPolicyName);
}
