namespace RateLimitHeaders.AspNetCore;

/// <summary>The settings of all limits together: the keys of the section <c>RateLimitHeaders</c>.</summary>
internal static class LimitsSettings
{
    public static SettingTable<RateLimitHeadersOptions> Table { get; } = new SettingTable<RateLimitHeadersOptions>()
        .Value(SettingKinds.Integer, o => o.MaxPartitions, (o, value) => o.MaxPartitions = value)
        .Value(SettingKinds.Flag, o => o.LogCallers, (o, value) => o.LogCallers = value)
        .Value(SettingKinds.TextOrNull, o => o.DefaultPolicy, (o, value) => o.DefaultPolicy = value)
        .Value(SettingKinds.TextOrNull, o => o.GlobalPolicy, (o, value) => o.GlobalPolicy = value)
        .Value(SettingKinds.Flag, o => o.CombinePolicies, (o, value) => o.CombinePolicies = value)
        .Value(SettingKinds.Number, o => o.Enforce, (o, value) => o.Enforce = value)
        .List(SettingKinds.Text, o => o.ExemptEndpoints)
        .Add(new PrincipalsSetting<RateLimitHeadersOptions>(nameof(RateLimitHeadersOptions.Principals), o => o.Principals, o => o.PrincipalsOfCode))
        .NamedSections(o => o.Quotas, QuotaSettings.Quota)
        .NamedSections(o => o.Policies, PolicySettings.Policy)
        .Section(o => o.Headers, HeaderSettings.Headers);

    /// <summary>Reads all settings of a section.</summary>
    /// <param name="section">The section.</param>
    /// <param name="options">The options to change.</param>
    /// <param name="store">The store, which may read a part of the section by itself; <see langword="null"/> for none.</param>
    public static void Read(SettingSection section, RateLimitHeadersOptions options, RateLimitStore? store) =>
        Table.Read(section, options, child => IsOfStore(child, store));

    private static bool IsOfStore(SettingSection section, RateLimitStore? store)
    {
        if (store is not null && string.Equals(section.Section.Path, store.ConfigurationPath, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        // The section that the documentation of the Redis package names.
        var name = store?.Name ?? "Redis";
        if (!string.Equals(section.Key, name, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        section.AddError(
            RateLimitErrorIds.SettingUnknown,
            store is null
                ? $"No store reads the section {name}; give the section to the store, such as with AddRedis(section), or leave it out."
                : $"The store {name} does not read its section; give the section to the store where it is registered, or leave it out.");
        return true;
    }
}
