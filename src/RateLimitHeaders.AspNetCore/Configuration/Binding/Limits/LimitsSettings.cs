namespace RateLimitHeaders.AspNetCore;

/// <summary>The settings of all limits together: the keys of the section <c>RateLimitHeaders</c>.</summary>
internal static class LimitsSettings
{
    public static SettingTable<RateLimitHeadersOptions> Table { get; } = new(
        new ValueSetting<RateLimitHeadersOptions, int>(
            nameof(RateLimitHeadersOptions.MaxPartitions), SettingKinds.Integer, o => o.MaxPartitions, (o, value) => o.MaxPartitions = value),
        new ValueSetting<RateLimitHeadersOptions, bool>(
            nameof(RateLimitHeadersOptions.LogCallers), SettingKinds.Flag, o => o.LogCallers, (o, value) => o.LogCallers = value),
        new ValueSetting<RateLimitHeadersOptions, string?>(
            nameof(RateLimitHeadersOptions.DefaultPolicy), SettingKinds.TextOrNull!, o => o.DefaultPolicy, (o, value) => o.DefaultPolicy = value),
        new ValueSetting<RateLimitHeadersOptions, string?>(
            nameof(RateLimitHeadersOptions.GlobalPolicy), SettingKinds.TextOrNull!, o => o.GlobalPolicy, (o, value) => o.GlobalPolicy = value),
        new ValueSetting<RateLimitHeadersOptions, bool>(
            nameof(RateLimitHeadersOptions.CombinePolicies), SettingKinds.Flag, o => o.CombinePolicies, (o, value) => o.CombinePolicies = value),
        new ValueSetting<RateLimitHeadersOptions, double>(
            nameof(RateLimitHeadersOptions.Enforce), SettingKinds.Number, o => o.Enforce, (o, value) => o.Enforce = value),
        new ListSetting<RateLimitHeadersOptions, string>(nameof(RateLimitHeadersOptions.ExemptEndpoints), SettingKinds.Text, o => o.ExemptEndpoints),
        new PrincipalsSetting<RateLimitHeadersOptions>(nameof(RateLimitHeadersOptions.Principals), o => o.Principals),
        new NamedSectionsSetting<RateLimitHeadersOptions, QuotaOptions>(
            nameof(RateLimitHeadersOptions.Quotas), o => o.Quotas, QuotaSettings.Quota),
        new NamedSectionsSetting<RateLimitHeadersOptions, PolicyOptions>(
            nameof(RateLimitHeadersOptions.Policies), o => o.Policies, PolicySettings.Policy),
        new SectionSetting<RateLimitHeadersOptions, HeadersOptions>(
            nameof(RateLimitHeadersOptions.Headers), o => o.Headers, HeaderSettings.Headers));

    /// <summary>Reads all that a section says.</summary>
    /// <param name="section">The section.</param>
    /// <param name="options">The options to change.</param>
    /// <param name="store">The store, which may read a part of the section by itself; <see langword="null"/> for none.</param>
    public static void Read(SettingSection section, RateLimitHeadersOptions options, RateLimitStore? store) =>
        Table.Read(section, options, child => store is not null && IsOfStore(child, store));

    private static bool IsOfStore(SettingSection section, RateLimitStore store)
    {
        if (string.Equals(section.Section.Path, store.ConfigurationPath, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (!string.Equals(section.Key, store.Name, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        section.AddError(
            RateLimitErrorIds.SettingUnknown,
            $"The store {store.Name} does not read its section; give the section to the store where it is registered, or leave it out.");
        return true;
    }
}
