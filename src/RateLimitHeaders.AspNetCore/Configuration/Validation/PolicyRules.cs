namespace RateLimitHeaders.AspNetCore;

/// <summary>What the options of a policy must keep.</summary>
internal static class PolicyRules
{
    public static IEnumerable<RateLimitConfigurationError> Check(
        NamedPolicy named, IReadOnlyCollection<string> tokenTypes, double enforce, IServiceProvider services)
    {
        var (path, name, policy) = named;
        if (!StructuredText.IsPrintable(name))
        {
            yield return new(RateLimitErrorIds.PolicyName, path, $"The policy has the name \"{name}\"; give a name of printable ASCII characters.");
        }

        if (policy.Resource is { } resource && !StructuredText.IsPrintable(resource))
        {
            yield return new(
                RateLimitErrorIds.Resource,
                OptionsPath.Join(path, nameof(policy.Resource)),
                $"Resource is \"{resource}\"; give a name of printable ASCII characters, which a header field can hold.");
        }

        if (policy.SharesResource && policy.Resource is null)
        {
            yield return new(
                RateLimitErrorIds.SharedResourceMissing,
                OptionsPath.Join(path, nameof(policy.SharesResource)),
                "SharesResource is true, and there is no Resource; name the resource whose count the policy shares.");
        }

        IEnumerable<RateLimitConfigurationError> errors =
        [
            .. PrincipalRules.Check(OptionsPath.Join(path, nameof(policy.Principals)), policy.Principals, services),
            .. ValueRules.IsReason(path, policy.Reason),
            .. policy.Headers is { } when ? ValueRules.IsDefined(path, nameof(policy.Headers), when) : [],
            .. RejectionRules.Check(path, policy.Rejection),
            .. ValueRules.IsShare(path, policy.Enforce),
            .. BanRules.Check(path, policy.Ban),
            .. policy.Foreign is null ? CheckPlans(path, policy, tokenTypes) : CheckForeign(path, policy, enforce),
        ];
        foreach (var error in errors)
        {
            yield return error;
        }
    }

    private static IEnumerable<RateLimitConfigurationError> CheckForeign(string path, PolicyOptions policy, double enforce)
    {
        if (policy.Quotas.Count + policy.Plans.Count > 0 || policy.PlanForOthers is not null || CostRules.AreGiven(policy)
            || policy.SharesResource || policy.Principals.Count + policy.Dimensions.Count > 0 || policy.Reason is not null)
        {
            yield return new(
                RateLimitErrorIds.ForeignWithQuotas,
                path,
                "The policy has limiters of the application beside quotas, plans, costs, principals, PartitionBy…, a shared resource or a reason, "
                    + "which do not apply to them; keep one of the two.");
        }

        if (policy.ResetOnSuccess)
        {
            yield return new(
                RateLimitErrorIds.ForeignReset,
                OptionsPath.Join(path, nameof(policy.ResetOnSuccess)),
                "ResetOnSuccess is True, and the policy has limiters of the application, which forget nothing; leave it out.");
        }

        if ((policy.Enforce ?? enforce) is > 0 and < 1 and var share)
        {
            yield return new(
                RateLimitErrorIds.EnforceForeign,
                OptionsPath.Join(path, nameof(policy.Enforce)),
                FormattableString.Invariant($"Enforce is {share}, and the policy has limiters of the application, whose callers are not known; ")
                    + "give the policy 0 or 1.");
        }

        if (policy.Ban is not null)
        {
            yield return new(
                RateLimitErrorIds.BanForeign,
                OptionsPath.Join(path, nameof(policy.Ban)),
                "The policy has a ban and limiters of the application, whose callers are not known; remove one of the two.");
        }
    }

    private static IEnumerable<RateLimitConfigurationError> CheckPlans(
        string path, PolicyOptions policy, IReadOnlyCollection<string> tokenTypes)
    {
        if (policy.PlanForOthers is not null && policy.Quotas.Count > 0)
        {
            yield return new(
                RateLimitErrorIds.QuotasBesidePlanForOthers,
                path,
                "The policy has quotas of its own and a plan for others, which mean the same; keep one of the two.");
        }

        var plans = new PolicyPlans(path, policy);
        var named = tokenTypes.SelectMany(tokenType => plans.NamedOf(tokenType, tokenTypes)
            .Select(named => (TokenType: PolicyPlans.KeyOf(tokenType, named.Name), named.Plan))).ToArray();
        foreach (var (tokenType, plan) in named.Where(named => named.Plan.Options.ChargeAfterOutage))
        {
            yield return new(
                RateLimitErrorIds.NamedPlanSetting,
                OptionsPath.Join(OptionsPath.Plan(path, tokenType), nameof(plan.Options.ChargeAfterOutage)),
                $"ChargeAfterOutage is True for the plan \"{tokenType}\", which has what the plan of the token type has; set it there.");
        }

        foreach (var tokenType in policy.Plans.Keys.Except(tokenTypes).Except(named.Select(named => named.TokenType)))
        {
            yield return new(
                RateLimitErrorIds.PlanUnused,
                OptionsPath.Plan(path, tokenType),
                $"The plan is for the token type \"{tokenType}\", which no rule of Principals gives; add a rule or correct the name. "
                    + $"The rules give {string.Join(", ", tokenTypes.Select(type => $"\"{type}\""))}.");
        }

        foreach (var tokenType in tokenTypes.Where(tokenType => plans.For(tokenType) is null))
        {
            yield return new(
                RateLimitErrorIds.PlanMissing,
                OptionsPath.Plan(path, tokenType),
                $"There is no plan for the token type \"{tokenType}\"; "
                    + $"add For(\"{tokenType}\", …), ForOthers(…) or Exempt(\"{tokenType}\").");
        }

        foreach (var error in plans.All.SelectMany(PlanRules.Check).Concat(CostRules.Check(path, policy, plans)))
        {
            yield return error;
        }
    }
}
