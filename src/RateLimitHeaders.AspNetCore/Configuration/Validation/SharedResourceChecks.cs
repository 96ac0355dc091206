namespace RateLimitHeaders.AspNetCore;

/// <summary>The requirements of policies that share one count.</summary>
internal static class SharedResourceChecks
{
    public static void Check(IReadOnlyCollection<PolicyDefinition> policies, ConfigurationErrors errors)
    {
        errors.AddRange(
            from plans in policies.SelectMany(policy => policy.Plans).Where(plan => plan.SharedResource is not null && !plan.IsExempt)
                .GroupBy(plan => (plan.SharedResource, plan.TokenType))
            let first = plans.First()
            from other in plans.Skip(1)
            let message = MessageOf(first, other)
            where message is not null
            select Error(RateLimitErrorIds.SharedResourceQuotas, first.PolicyName, other, message));

        // If both decide about a request, it is counted once, under one caller: the two must mean the same.
        errors.AddRange(
            from sharing in policies.Where(policy => SharedPlanOf(policy) is not null).GroupBy(policy => SharedPlanOf(policy)!.SharedResource)
            let first = sharing.First()
            from other in sharing.Skip(1)
            where !AreAlike(first.Principals, other.Principals) || first.Dimensions?.Count != other.Dimensions?.Count
            select Error(
                RateLimitErrorIds.SharedResourceCallers,
                first.Name,
                SharedPlanOf(other)!,
                "they distinguish callers in different ways; give both the same principals or none, and the same number of PartitionBy…, "
                    + "or each a resource of its own."));
    }

    private static string? MessageOf(PlanDefinition first, PlanDefinition other) =>
        !first.HasQuotasOf(other)
            ? $"their quotas for the token type \"{other.TokenType}\" are not the same; give both the same quotas, or each a resource of its own."
        : first.ChargeAfterOutage != other.ChargeAfterOutage
            ? $"ChargeAfterOutage for the token type \"{other.TokenType}\" is {first.ChargeAfterOutage} in the first "
                + $"and {other.ChargeAfterOutage} in the second; give both the same value, or each a resource of its own."
        : null;

    /// <summary>Functions of the application are not compared: the same one can be written twice.</summary>
    private static bool AreAlike(PrincipalsDefinition? one, PrincipalsDefinition? other) => one is null || other is null
        ? one == other
        : one.Rules.Count == other.Rules.Count
            && one.Rules.Append(one.Address).Zip(other.Rules.Append(other.Address)).All(rules => rules.First.FindsIdsAs(rules.Second));

    private static PlanDefinition? SharedPlanOf(PolicyDefinition policy) => policy.Plans.FirstOrDefault(plan => plan.SharedResource is not null);

    private static RateLimitConfigurationError Error(string id, string first, PlanDefinition other, string message) => new(
        id,
        OptionsPath.Join(OptionsPath.Policy(other.PolicyName), nameof(PolicyOptions.SharesResource)),
        $"Policies \"{first}\" and \"{other.PolicyName}\" share the resource \"{other.SharedResource}\", and {message}");
}
