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
        var lastLimits = new double[plan.Quotas.Count];
        Array.Fill(lastLimits, double.NaN);
        var partitions = new PlanPartitions(
            quotas, lastLimits, context.CreateBudget(Name, tokenType), context.TimeProvider, () => context.Metrics.Overflowed(Name, tokenType));
        var headersWhen = plan.When ?? context.DefaultHeadersWhen;
        return new Plan(Name, tokenType, plan.Quotas, lastLimits, headersWhen, partitions, context.Logger);
    }
}
