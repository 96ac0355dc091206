namespace RateLimitHeaders.AspNetCore;

/// <summary>The settings of bans.</summary>
internal static class BanSettings
{
    /// <summary>Why a ban without settings is an error: all of them have defaults, so that it looks like a ban.</summary>
    public const string Empty = "which is not a ban; give a setting of it, such as \"After\": 10, or leave it out";

    public static SettingTable<BanOptions> Ban { get; } = new SettingTable<BanOptions>()
        .Value(SettingKinds.Integer, o => o.After, (o, value) => o.After = value)
        .Value(SettingKinds.Time, o => o.Within, (o, value) => o.Within = value)
        .Value(SettingKinds.Time, o => o.Lasting, (o, value) => o.Lasting = value)
        .Value(SettingKinds.Flag, o => o.Extends, (o, value) => o.Extends = value);
}
