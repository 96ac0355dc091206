namespace RateLimitHeaders.AspNetCore;

/// <summary>What the shares of callers must keep that plans are enforced for.</summary>
internal static class EnforceRules
{
    private const string Setting = nameof(PlanOptions.Enforce);

    public static IEnumerable<RateLimitConfigurationError> Check(RateLimitHeadersOptions options)
    {
        foreach (var error in CheckShare(string.Empty, options.Enforce))
        {
            yield return error;
        }

        foreach (var (name, policy) in options.Policies)
        {
            var path = OptionsPath.Policy(name);
            IEnumerable<RateLimitConfigurationError> errors =
            [
                .. CheckShare(path, policy.Enforce),
                .. new PolicyPlans(path, policy).All.SelectMany(plan => CheckShare(plan.Path, plan.Options.Enforce)),
            ];
            foreach (var error in errors)
            {
                yield return error;
            }

            if (policy.Foreign is not null && (policy.Enforce ?? options.Enforce) is > 0 and < 1 and var share)
            {
                yield return new(
                    RateLimitErrorIds.EnforceForeign,
                    OptionsPath.Join(path, Setting),
                    FormattableString.Invariant($"Enforce is {share}, and the policy has limiters of the application, whose callers are not known; ")
                        + "give the policy 0 or 1.");
            }
        }
    }

    private static IEnumerable<RateLimitConfigurationError> CheckShare(string path, double? enforce)
    {
        if (enforce is { } share && !(share >= 0 && share <= 1))
        {
            yield return ValueRules.Say(
                RateLimitErrorIds.Enforce, path, Setting, share, "give a share of the callers from 0, which is report-only, to 1, which is all");
        }
    }
}
