namespace RateLimitHeaders.AspNetCore;

/// <summary>The settings of header families.</summary>
internal static class HeaderSettings
{
    private static readonly SettingTable<XRateLimitOptions> s_xRateLimit = new(
        new ValueSetting<XRateLimitOptions, XRateLimitFields>(
            nameof(XRateLimitOptions.Fields), SettingKinds.NamesOf<XRateLimitFields>(), o => o.Fields, (o, value) => o.Fields = value),
        new ValueSetting<XRateLimitOptions, string>(nameof(XRateLimitOptions.Prefix), SettingKinds.Text, o => o.Prefix, (o, value) => o.Prefix = value),
        new NamedValuesSetting<XRateLimitOptions, string>(
            nameof(XRateLimitOptions.Names), SettingKinds.Text, NameOf, SetName, [.. Enum.GetNames<XRateLimitFields>().Skip(1)]),
        new ValueSetting<XRateLimitOptions, ResetFormat>(
            nameof(XRateLimitOptions.Reset), SettingKinds.NameOf<ResetFormat>(), o => o.Reset, (o, value) => o.Reset = value),
        new ValueSetting<XRateLimitOptions, bool>(
            nameof(XRateLimitOptions.WholeLimit), SettingKinds.Flag, o => o.WholeLimit, (o, value) => o.WholeLimit = value));

    private static readonly SettingTable<IetfOptions> s_ietf = new(
        new ValueSetting<IetfOptions, IetfDraft>(nameof(IetfOptions.Draft), SettingKinds.NameOf<IetfDraft>(), o => o.Draft, (o, value) => o.Draft = value),
        new ValueSetting<IetfOptions, string>(nameof(IetfOptions.Prefix), SettingKinds.Text, o => o.Prefix, (o, value) => o.Prefix = value),
        new ValueSetting<IetfOptions, bool>(
            nameof(IetfOptions.IncludePartitionKey), SettingKinds.Flag, o => o.IncludePartitionKey, (o, value) => o.IncludePartitionKey = value),
        new ValueSetting<IetfOptions, byte[]?>(
            nameof(IetfOptions.PartitionKeySecret),
            SettingKinds.Secret!,
            o => o.PartitionKeySecret is { } secret ? new EquatableList<byte>(secret) : null,
            (o, value) => o.PartitionKeySecret = value));

    public static SettingTable<HeadersOptions> Headers { get; } = new(
        new ValueSetting<HeadersOptions, HeadersWhen>(nameof(HeadersOptions.When), SettingKinds.NameOf<HeadersWhen>(), o => o.When, (o, value) => o.When = value),
        new ValueSetting<HeadersOptions, double>(nameof(HeadersOptions.NearLimit), SettingKinds.Number, o => o.NearLimit, (o, value) => o.NearLimit = value),
        new ValueSetting<HeadersOptions, double?>(
            nameof(HeadersOptions.AdvertisedRate), SettingKinds.NumberOrNull, o => o.AdvertisedRate, (o, value) => o.AdvertisedRate = value),
        new ValueSetting<HeadersOptions, TimeSpan>(nameof(HeadersOptions.Jitter), SettingKinds.Time, o => o.Jitter, (o, value) => o.Jitter = value),
        new ValueSetting<HeadersOptions, bool>(
            nameof(HeadersOptions.ResetWhenFull), SettingKinds.Flag, o => o.ResetWhenFull, (o, value) => o.ResetWhenFull = value),
        new ValueSetting<HeadersOptions, bool>(
            nameof(HeadersOptions.ResetOnOtherErrors), SettingKinds.Flag, o => o.ResetOnOtherErrors, (o, value) => o.ResetOnOtherErrors = value),
        new ValueSetting<HeadersOptions, string?>(
            nameof(HeadersOptions.ReasonField), SettingKinds.TextOrNull!, o => o.ReasonField, (o, value) => o.ReasonField = value),
        new ValueSetting<HeadersOptions, ExistingFields>(
            nameof(HeadersOptions.Existing), SettingKinds.NameOf<ExistingFields>(), o => o.Existing, (o, value) => o.Existing = value),
        new ValueSetting<HeadersOptions, bool>(nameof(HeadersOptions.MarkPrivate), SettingKinds.Flag, o => o.MarkPrivate, (o, value) => o.MarkPrivate = value),
        new ValueSetting<HeadersOptions, bool>(
            nameof(HeadersOptions.ExposeToBrowsers), SettingKinds.Flag, o => o.ExposeToBrowsers, (o, value) => o.ExposeToBrowsers = value),
        new ValueSetting<HeadersOptions, string?>(
            nameof(HeadersOptions.ReportOnlyPrefix), SettingKinds.TextOrNull!, o => o.ReportOnlyPrefix, (o, value) => o.ReportOnlyPrefix = value),
        new ValueSetting<HeadersOptions, bool>(
            nameof(HeadersOptions.ExplainInDevelopment), SettingKinds.Flag, o => o.ExplainInDevelopment, (o, value) => o.ExplainInDevelopment = value),
        new SectionSetting<HeadersOptions, XRateLimitOptions>(nameof(HeadersOptions.XRateLimit), o => o.XRateLimit, s_xRateLimit),
        new SectionSetting<HeadersOptions, IetfOptions>(nameof(HeadersOptions.Ietf), o => o.Ietf, s_ietf));

    private static string? NameOf(XRateLimitOptions options, string field) =>
        EnumNames<XRateLimitFields>.TryRead(field, out var known) ? options.Names.GetValueOrDefault(known) : null;

    private static bool SetName(XRateLimitOptions options, string field, string name)
    {
        if (!EnumNames<XRateLimitFields>.TryRead(field, out var known) || known == XRateLimitFields.None)
        {
            return false;
        }

        options.Names[known] = name;
        return true;
    }
}
