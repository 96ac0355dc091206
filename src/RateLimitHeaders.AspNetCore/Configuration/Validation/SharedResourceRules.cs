namespace RateLimitHeaders.AspNetCore;

/// <summary>What policies must keep that share one count.</summary>
internal static class SharedResourceRules
{
    public static IEnumerable<RateLimitConfigurationError> Check(IReadOnlyCollection<PolicyDefinition> policies) =>
        from plans in policies.SelectMany(policy => policy.Plans).Where(plan => plan.SharedResource is not null && !plan.IsExempt)
            .GroupBy(plan => (plan.SharedResource, plan.TokenType))
        let first = plans.First()
        from other in plans.Skip(1)
        where !first.HasQuotasOf(other)
        select new RateLimitConfigurationError(
            RateLimitErrorIds.SharedResourceQuotas,
            OptionsPath.Join(OptionsPath.Policy(other.PolicyName), nameof(PolicyOptions.SharesResource)),
            $"Policies \"{first.PolicyName}\" and \"{other.PolicyName}\" share the resource \"{other.SharedResource}\", and their quotas "
                + $"for the token type \"{other.TokenType}\" are not the same; give both the same quotas, or each a resource of its own.");
}
