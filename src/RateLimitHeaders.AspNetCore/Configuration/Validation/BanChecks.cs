namespace RateLimitHeaders.AspNetCore;

/// <summary>The requirements of the settings of bans.</summary>
internal static class BanChecks
{
    public static void Check(string parent, BanOptions? ban, ConfigurationErrors errors)
    {
        if (ban is null)
        {
            return;
        }

        var path = OptionsPath.Join(parent, nameof(PlanOptions.Ban));
        errors.AddIf(ban.After < 1, RateLimitErrorIds.BanAfter, path, ban.After, "give 1 rejection or more");
        CheckTime(path, nameof(ban.Within), ban.Within, errors);
        CheckTime(path, nameof(ban.Lasting), ban.Lasting, errors);
    }

    private static void CheckTime(string path, string setting, TimeSpan time, ConfigurationErrors errors) => errors.AddIf(
        time <= TimeSpan.Zero || time > QuotaRules.MaxWindow,
        RateLimitErrorIds.BanTime,
        path,
        time,
        $"give a time above zero and of {QuotaRules.MaxWindow.TotalDays} days at most",
        setting);
}
