namespace RateLimitHeaders.AspNetCore;

/// <summary>Tells under which plans the callers of a plan were counted before the definition has changed.</summary>
internal static class EarlierPlans
{
    /// <summary>
    /// Gets the plan of the same policy and token type; that of the token type itself, where the plan by name is new; and the plans by
    /// name that are gone, whose callers have the plan of the token type now.
    /// </summary>
    public static IEnumerable<PlanDefinition> Of(PlanDefinition plan, RateLimitDefinition before, RateLimitDefinition after) =>
        from earlier in PlansOf(plan.PolicyName, before)
        where !earlier.IsExempt
        where earlier.TokenType == plan.TokenType
            || (plan.IsNamedPlanOf(earlier) && !Has(before, plan))
            || (earlier.IsNamedPlanOf(plan) && !Has(after, earlier))
        select earlier;

    private static bool Has(RateLimitDefinition definition, PlanDefinition plan) =>
        PlansOf(plan.PolicyName, definition).Any(other => other.TokenType == plan.TokenType);

    // The application's own limiters count by themselves.
    private static IEnumerable<PlanDefinition> PlansOf(string policyName, RateLimitDefinition definition) =>
        definition.Policies.Where(policy => policy.Name == policyName && policy.Foreign is null).SelectMany(policy => policy.Plans);
}
