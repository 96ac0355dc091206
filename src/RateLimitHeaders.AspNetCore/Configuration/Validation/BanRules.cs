namespace RateLimitHeaders.AspNetCore;

/// <summary>What the settings of bans must keep.</summary>
internal static class BanRules
{
    private const string Setting = nameof(PlanOptions.Ban);

    public static IEnumerable<RateLimitConfigurationError> Check(RateLimitHeadersOptions options)
    {
        foreach (var (name, policy) in options.Policies)
        {
            var path = OptionsPath.Policy(name);
            IEnumerable<RateLimitConfigurationError> errors =
            [
                .. Check(path, policy.Ban),
                .. new PolicyPlans(path, policy).All.SelectMany(plan => Check(plan.Path, plan.Options.Ban)),
            ];
            foreach (var error in errors)
            {
                yield return error;
            }

            if (policy.Foreign is not null && policy.Ban is not null)
            {
                yield return new(
                    RateLimitErrorIds.BanForeign,
                    OptionsPath.Join(path, Setting),
                    "The policy has a ban and limiters of the application, whose callers are not known; remove one of the two.");
            }
        }
    }

    private static IEnumerable<RateLimitConfigurationError> Check(string path, BanOptions? ban)
    {
        if (ban is null)
        {
            yield break;
        }

        if (ban.After < 1)
        {
            yield return ValueRules.Say(
                RateLimitErrorIds.BanAfter, OptionsPath.Join(path, Setting), nameof(ban.After), ban.After, "give 1 rejection or more");
        }

        foreach (var (name, time) in new[] { (nameof(ban.Within), ban.Within), (nameof(ban.Lasting), ban.Lasting) })
        {
            if (time <= TimeSpan.Zero || time > QuotaRules.MaxWindow)
            {
                yield return new(
                    RateLimitErrorIds.BanTime,
                    OptionsPath.Join(path, Setting, name),
                    $"{name} is {time}; give a time above zero and of {QuotaRules.MaxWindow.TotalDays} days at most.");
            }
        }
    }
}
