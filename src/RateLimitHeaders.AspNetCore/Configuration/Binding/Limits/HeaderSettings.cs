namespace RateLimitHeaders.AspNetCore;

/// <summary>The settings of header families.</summary>
internal static class HeaderSettings
{
    private static readonly SettingTable<XRateLimitOptions> s_xRateLimit = new SettingTable<XRateLimitOptions>()
        .Value(EnumNames<XRateLimitFields>.KindOfSeveral, o => o.Fields, (o, value) => o.Fields = value)
        .Value(SettingKinds.Text, o => o.Prefix, (o, value) => o.Prefix = value)
        .NamedValues(
            nameof(XRateLimitOptions.Names),
            SettingKinds.Text,
            (o, field) => o.Names.GetValueOrDefault(FieldOf(field)),
            (o, field, name) => o.Names[FieldOf(field)] = name,
            [.. Enum.GetNames<XRateLimitFields>().Skip(1)])
        .Value(EnumNames<ResetFormat>.Kind, o => o.Reset, (o, value) => o.Reset = value)
        .Value(SettingKinds.Flag, o => o.WholeLimit, (o, value) => o.WholeLimit = value);

    private static readonly SettingTable<IetfOptions> s_ietf = new SettingTable<IetfOptions>()
        .Value(EnumNames<IetfDraft>.Kind, o => o.Draft, (o, value) => o.Draft = value)
        .Value(SettingKinds.Text, o => o.Prefix, (o, value) => o.Prefix = value)
        .Value(SettingKinds.Flag, o => o.IncludePartitionKey, (o, value) => o.IncludePartitionKey = value)
        .Value(
            nameof(IetfOptions.PartitionKeySecret),
            SettingKinds.Secret,
            o => o.PartitionKeySecret is { } secret ? new EquatableList<byte>(secret) : null,
            (o, value) => o.PartitionKeySecret = value);

    public static SettingTable<HeadersOptions> Headers { get; } = new SettingTable<HeadersOptions>()
        .Value(EnumNames<HeadersWhen>.Kind, o => o.When, (o, value) => o.When = value)
        .Value(SettingKinds.Number, o => o.NearLimit, (o, value) => o.NearLimit = value)
        .Value(SettingKinds.NumberOrNull, o => o.AdvertisedRate, (o, value) => o.AdvertisedRate = value)
        .Value(SettingKinds.Time, o => o.Jitter, (o, value) => o.Jitter = value)
        .Value(SettingKinds.Flag, o => o.ResetWhenFull, (o, value) => o.ResetWhenFull = value)
        .Value(SettingKinds.Flag, o => o.ResetOnOtherErrors, (o, value) => o.ResetOnOtherErrors = value)
        .Value(SettingKinds.TextOrNull, o => o.ReasonField, (o, value) => o.ReasonField = value)
        .Value(EnumNames<ExistingFields>.Kind, o => o.Existing, (o, value) => o.Existing = value)
        .Value(SettingKinds.Flag, o => o.MarkPrivate, (o, value) => o.MarkPrivate = value)
        .Value(SettingKinds.Flag, o => o.ExposeToBrowsers, (o, value) => o.ExposeToBrowsers = value)
        .Value(SettingKinds.TextOrNull, o => o.ReportOnlyPrefix, (o, value) => o.ReportOnlyPrefix = value)
        .Value(SettingKinds.Flag, o => o.ExplainInDevelopment, (o, value) => o.ExplainInDevelopment = value)
        .Section(o => o.XRateLimit, s_xRateLimit)
        .Section(o => o.Ietf, s_ietf);

    private static XRateLimitFields FieldOf(string name) => Enum.Parse<XRateLimitFields>(name, ignoreCase: true);
}
