namespace RateLimitHeaders.AspNetCore;

/// <summary>The settings of responses to rejections.</summary>
internal static class RejectionSettings
{
    public static SettingTable<RejectionOptions> Rejection { get; } = new SettingTable<RejectionOptions>()
        .Value(SettingKinds.Integer, o => o.StatusCode, (o, value) => o.StatusCode = value)
        .Value(SettingKinds.TextOrNull, o => o.Body, (o, value) => o.Body = value)
        .Value(SettingKinds.Text, o => o.ContentType, (o, value) => o.ContentType = value);
}
