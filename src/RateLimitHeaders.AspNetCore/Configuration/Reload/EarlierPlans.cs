namespace RateLimitHeaders.AspNetCore;

/// <summary>Returns the plans under which the callers of a plan were counted before the definition changed.</summary>
internal static class EarlierPlans
{
    /// <summary>
    /// Returns the plan of the same policy and token type; the plan of the token type itself, if the named plan is new; and named plans
    /// that were removed, whose callers now have the plan of the token type.
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
