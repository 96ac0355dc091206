namespace RateLimitHeaders.AspNetCore;

/// <summary>The settings of policies.</summary>
internal static class PolicySettings
{
    private static SettingTable<EndpointCostOptions> EndpointCost { get; } = new SettingTable<EndpointCostOptions>()
        .Value(SettingKinds.CostOrNull, o => o.Cost, (o, value) => o.Cost = value)
        .NamedValues(
            nameof(EndpointCostOptions.Costs),
            SettingKinds.Cost,
            (o, quotaOrUnit) => o.Costs.TryGetValue(quotaOrUnit, out var cost) ? cost : null,
            (o, quotaOrUnit, cost) => o.Costs[quotaOrUnit] = cost);

    public static SettingTable<PolicyOptions> Policy { get; } = new SettingTable<PolicyOptions>()
        .Value(SettingKinds.TextOrNull, o => o.Resource, (o, value) => o.Resource = value)
        .Value(SettingKinds.Flag, o => o.SharesResource, (o, value) => o.SharesResource = value)
        .Add(new PrincipalsSetting<PolicyOptions>(nameof(PolicyOptions.Principals), o => o.Principals, o => o.PrincipalsOfCode))
        .Value(EnumNames<HeadersWhen>.KindOrNull, o => o.Headers, (o, value) => o.Headers = value)
        .Value(SettingKinds.TextOrNull, o => o.Reason, (o, value) => o.Reason = value)
        .Value(SettingKinds.NumberOrNull, o => o.Enforce, (o, value) => o.Enforce = value)
        .Section(o => o.Ban ??= new(), BanSettings.Ban, BanSettings.Empty)
        .Section(o => o.Rejection ??= new(), RejectionSettings.Rejection)
        .List(SettingKinds.Text, o => o.Endpoints)
        .NamedSections(o => o.Quotas, QuotaSettings.Quota)
        .NamedSections(o => o.Plans, QuotaSettings.Plan)
        .Section(o => o.PlanForOthers ??= new(), QuotaSettings.Plan)
        .Value(nameof(PolicyOptions.Cost), SettingKinds.Cost, o => o.DynamicCost ?? (object)o.Cost, SetCost)
        .NamedValues(nameof(PolicyOptions.Costs), SettingKinds.Cost, CostOf, SetCost)
        .NamedSections(o => o.EndpointCosts, EndpointCost)
        .Value(SettingKinds.Flag, o => o.ResetOnSuccess, (o, value) => o.ResetOnSuccess = value);

    // Costs of configuration replace functions of code.
    private static void SetCost(PolicyOptions options, long cost)
    {
        options.Cost = cost;
        options.DynamicCost = null;
    }

    private static void SetCost(PolicyOptions options, string quotaOrUnit, long cost)
    {
        options.DynamicCosts.Remove(quotaOrUnit);
        options.Costs[quotaOrUnit] = cost;
    }

    private static object? CostOf(PolicyOptions options, string quotaOrUnit) => options.DynamicCosts.TryGetValue(quotaOrUnit, out var dynamicCost)
        ? dynamicCost
        : options.Costs.TryGetValue(quotaOrUnit, out var cost) ? cost : null;
}
