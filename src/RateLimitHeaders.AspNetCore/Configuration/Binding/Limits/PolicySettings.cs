namespace RateLimitHeaders.AspNetCore;

/// <summary>The settings of policies.</summary>
internal static class PolicySettings
{
    private static SettingTable<EndpointCostOptions> EndpointCost { get; } = new(
        new ValueSetting<EndpointCostOptions, long?>(
            nameof(EndpointCostOptions.Cost), SettingKinds.CostOrNull, o => o.Cost, (o, value) => o.Cost = value),
        new NamedValuesSetting<EndpointCostOptions, long>(
            nameof(EndpointCostOptions.Costs),
            SettingKinds.Cost,
            (o, quotaOrUnit) => o.Costs.TryGetValue(quotaOrUnit, out var cost) ? cost : null,
            SetCost));

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
        new ValueSetting<PolicyOptions, double?>(
            nameof(PolicyOptions.Enforce), SettingKinds.NumberOrNull, o => o.Enforce, (o, value) => o.Enforce = value),
        new SectionSetting<PolicyOptions, BanOptions>(nameof(PolicyOptions.Ban), o => o.Ban ??= new(), BanSettings.Ban, BanSettings.Empty),
        new SectionSetting<PolicyOptions, RejectionOptions>(nameof(PolicyOptions.Rejection), o => o.Rejection ??= new(), RejectionSettings.Rejection),
        new ListSetting<PolicyOptions, string>(nameof(PolicyOptions.Endpoints), SettingKinds.Text, o => o.Endpoints),
        new NamedSectionsSetting<PolicyOptions, QuotaOptions>(nameof(PolicyOptions.Quotas), o => o.Quotas, QuotaSettings.Quota),
        new NamedSectionsSetting<PolicyOptions, PlanOptions>(nameof(PolicyOptions.Plans), o => o.Plans, QuotaSettings.Plan),
        new SectionSetting<PolicyOptions, PlanOptions>(nameof(PolicyOptions.PlanForOthers), o => o.PlanForOthers ??= new(), QuotaSettings.Plan),
        new ValueSetting<PolicyOptions, long>(
            nameof(PolicyOptions.Cost), SettingKinds.Cost, o => o.DynamicCost ?? (object)o.Cost, SetCost),
        new NamedValuesSetting<PolicyOptions, long>(nameof(PolicyOptions.Costs), SettingKinds.Cost, CostOf, SetCost),
        new NamedSectionsSetting<PolicyOptions, EndpointCostOptions>(nameof(PolicyOptions.EndpointCosts), o => o.EndpointCosts, EndpointCost),
        new ValueSetting<PolicyOptions, bool>(
            nameof(PolicyOptions.ResetOnSuccess), SettingKinds.Flag, o => o.ResetOnSuccess, (o, value) => o.ResetOnSuccess = value));

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

    private static bool SetCost(EndpointCostOptions options, string quotaOrUnit, long cost)
    {
        options.Costs[quotaOrUnit] = cost;
        return true;
    }

    private static object? CostOf(PolicyOptions options, string quotaOrUnit) => options.DynamicCosts.TryGetValue(quotaOrUnit, out var dynamicCost)
        ? dynamicCost
        : options.Costs.TryGetValue(quotaOrUnit, out var cost) ? cost : null;
}
