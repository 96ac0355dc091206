namespace RateLimitHeaders.AspNetCore;

/// <summary>The requirements of the settings of all limits together.</summary>
internal static class LimitsChecks
{
    public static void Check(RateLimitHeadersOptions options, ConfigurationErrors errors)
    {
        errors.AddIf(options.MaxPartitions < 1, RateLimitErrorIds.MaxPartitions, string.Empty, options.MaxPartitions, "give 1 or more");
        errors.CheckEnforce(string.Empty, options.Enforce);
        errors.AddIf(
            options.Policies.Count == 0 && options.Quotas.Count == 0,
            RateLimitErrorIds.NoPolicy,
            string.Empty,
            "There is no policy; add a quota, such as limits.FixedWindow(permitLimit: 100, window: TimeSpan.FromMinutes(1)), "
                + $"or a policy with AddPolicy.{string.Concat(options.Findings.Missing.Select(path => $" Configuration has no section {path}."))}");
        errors.AddIf(
            options.Quotas.Count > 0 && (options.DefaultPolicy is not null || options.Policies.ContainsKey(RateLimitsBuilder.DefaultPolicyName)),
            RateLimitErrorIds.QuotasBesideDefaultPolicy,
            nameof(options.Quotas),
            $"There are quotas in addition to the policy \"{options.DefaultPolicy ?? RateLimitsBuilder.DefaultPolicyName}\", "
                + "and they define a default policy, too; move them into it.");
        errors.AddIf(
            options.DefaultPolicy is { } name && !options.Policies.ContainsKey(name),
            RateLimitErrorIds.DefaultPolicyMissing,
            OptionsPath.DefaultPolicy,
            $"DefaultPolicy is \"{options.DefaultPolicy}\", which does not exist; add it with AddPolicy(\"{options.DefaultPolicy}\", …) or correct the name.");
        errors.AddIf(
            options.GlobalPolicy is { } global && !IsPolicy(options, global),
            RateLimitErrorIds.GlobalPolicyMissing,
            OptionsPath.GlobalPolicy,
            $"GlobalPolicy is \"{options.GlobalPolicy}\", which does not exist; add it with AddPolicy(\"{options.GlobalPolicy}\", …) or correct the name.");
    }

    private static bool IsPolicy(RateLimitHeadersOptions options, string name) =>
        options.Policies.ContainsKey(name) || (options.Quotas.Count > 0 && name == RateLimitsBuilder.DefaultPolicyName);
}
