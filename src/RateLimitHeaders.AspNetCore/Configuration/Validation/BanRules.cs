namespace RateLimitHeaders.AspNetCore;

/// <summary>What the settings of bans must keep.</summary>
internal static class BanRules
{
    private const string Setting = nameof(PlanOptions.Ban);

    public static IEnumerable<RateLimitConfigurationError> Check(string path, BanOptions? ban)
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
