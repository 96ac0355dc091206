namespace RateLimitHeaders.AspNetCore;

/// <summary>The settings of policies.</summary>
internal static class PolicySettings
{
    public static SettingTable<PolicyOptions> Policy { get; } = new(
        new ValueSetting<PolicyOptions, string?>(
            nameof(PolicyOptions.Resource), SettingKinds.TextOrNull!, o => o.Resource, (o, value) => o.Resource = value),
        new ValueSetting<PolicyOptions, bool>(
            nameof(PolicyOptions.SharesResource), SettingKinds.Flag, o => o.SharesResource, (o, value) => o.SharesResource = value),
        new PrincipalsSetting<PolicyOptions>(nameof(PolicyOptions.Principals), o => o.Principals),
        new ValueSetting<PolicyOptions, HeadersWhen?>(
            nameof(PolicyOptions.Headers), SettingKinds.NameOrNullOf<HeadersWhen>(), o => o.Headers, (o, value) => o.Headers = value),
        new ValueSetting<PolicyOptions, string?>(
            nameof(PolicyOptions.Reason), SettingKinds.TextOrNull!, o => o.Reason, (o, value) => o.Reason = value),
        new ListSetting<PolicyOptions>(nameof(PolicyOptions.Endpoints), SettingKinds.Text, o => o.Endpoints),
        new NamedSectionsSetting<PolicyOptions, QuotaOptions>(nameof(PolicyOptions.Quotas), o => o.Quotas, QuotaSettings.Quota),
        new NamedSectionsSetting<PolicyOptions, PlanOptions>(nameof(PolicyOptions.Plans), o => o.Plans, QuotaSettings.Plan),
        new SectionSetting<PolicyOptions, PlanOptions>(nameof(PolicyOptions.PlanForOthers), o => o.PlanForOthers ??= new(), QuotaSettings.Plan),
        new ValueSetting<PolicyOptions, long>(
            nameof(PolicyOptions.Cost), SettingKinds.Cost, o => o.DynamicCost ?? (object)o.Cost, SetCost),
        new NamedValuesSetting<PolicyOptions, long>(nameof(PolicyOptions.Costs), SettingKinds.Cost, CostOf, SetCost));

    // Costs of configuration stand in for functions of code.
    private static void SetCost(PolicyOptions options, long cost)
    {
        options.Cost = cost;
        options.DynamicCost = null;
    }

    private static bool SetCost(PolicyOptions options, string quotaOrUnit, long cost)
    {
        options.DynamicCosts.Remove(quotaOrUnit);
        options.Costs[quotaOrUnit] = cost;
        return true;
    }

    private static object? CostOf(PolicyOptions options, string quotaOrUnit) => options.DynamicCosts.TryGetValue(quotaOrUnit, out var dynamicCost)
        ? dynamicCost
        : options.Costs.TryGetValue(quotaOrUnit, out var cost) ? cost : null;
}
