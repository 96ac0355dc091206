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

    private Plan CreatePlan(PolicyContext context, string tokenType, PlanBuilder plan)
    {
        var quotas = new QuotaSet(context.TimeProvider, [.. plan.Quotas.Select(quota => quota.Quota)]);
        var partitions = new PlanPartitions(
            quotas, context.CreateBudget(Name, tokenType), context.TimeProvider, () => context.Metrics.Overflowed(Name, tokenType));
        return new Plan(Name, tokenType, plan.Quotas, plan.When ?? context.DefaultHeadersWhen, partitions, context.Logger);
    }
}
