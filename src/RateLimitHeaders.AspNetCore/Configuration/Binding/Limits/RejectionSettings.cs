namespace RateLimitHeaders.AspNetCore;

/// <summary>The settings of how rejections are answered.</summary>
internal static class RejectionSettings
{
    public static SettingTable<RejectionOptions> Rejection { get; } = new(
        new ValueSetting<RejectionOptions, int>(
            nameof(RejectionOptions.StatusCode), SettingKinds.Integer, o => o.StatusCode, (o, value) => o.StatusCode = value),
        new ValueSetting<RejectionOptions, string?>(
            nameof(RejectionOptions.Body), SettingKinds.TextOrNull!, o => o.Body, (o, value) => o.Body = value),
        new ValueSetting<RejectionOptions, string>(
            nameof(RejectionOptions.ContentType), SettingKinds.Text, o => o.ContentType, (o, value) => o.ContentType = value));
}
