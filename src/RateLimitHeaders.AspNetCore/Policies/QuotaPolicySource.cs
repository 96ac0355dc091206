namespace RateLimitHeaders.AspNetCore;

/// <summary>A policy of plans, as configured.</summary>
internal sealed class QuotaPolicySource(string name, PolicyBuilder builder) : PolicySource(name)
{
    public override IEnumerable<string> Validate(IReadOnlyCollection<string> tokenTypes) => builder.Validate(tokenTypes);

    public override Policy Create(PolicyContext context)
    {
        var plans = builder.PlansOf(context.TokenTypes).ToDictionary(
            plan => plan.Key,
            plan => plan.Value.IsExempt ? null : CreatePlan(context, plan.Key, plan.Value),
            StringComparer.Ordinal);
        return new QuotaPolicy(
            Name, builder.ResourceName ?? Name, context.Principals, plans, builder.StaticCost, builder.DynamicCost, context.Logger);
    }

    public override IEnumerable<StoredPlan> StoredPlans(PolicyContext context) =>
        from plan in builder.PlansOf(context.TokenTypes)
        where !plan.Value.IsExempt
        select StoredPlanOf(context, plan.Key, plan.Value, []);

    private Plan CreatePlan(PolicyContext context, string tokenType, PlanBuilder plan)
    {
        var lastLimits = new double[plan.Quotas.Count];
        Array.Fill(lastLimits, double.NaN);
        PlanCounter counter = context.Store is { } store
            ? new StoreCounter(store.CreateCounter(StoredPlanOf(context, tokenType, plan, lastLimits)), context.Logger)
            : CreatePartitions(context, tokenType, plan, lastLimits);
        return new Plan(
            Name, tokenType, plan.Quotas, lastLimits, plan.When ?? context.DefaultHeadersWhen, counter, context.Logger);
    }

    private StoredPlan StoredPlanOf(PolicyContext context, string tokenType, PlanBuilder plan, double[] lastLimits) =>
        new(Name, tokenType, plan.Quotas, context, () => CreatePartitions(context, tokenType, plan, lastLimits));

    private PlanPartitions CreatePartitions(PolicyContext context, string tokenType, PlanBuilder plan, double[] lastLimits) => new(
        new QuotaSet(context.TimeProvider, [.. plan.Quotas.Select(quota => quota.Quota)]),
        lastLimits,
        context.CreateBudget(Name, tokenType),
        context.TimeProvider,
        () => context.Metrics.Overflowed(Name, tokenType));
}
