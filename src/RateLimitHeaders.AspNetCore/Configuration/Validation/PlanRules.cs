namespace RateLimitHeaders.AspNetCore;

/// <summary>What the options of a plan must keep.</summary>
internal static class PlanRules
{
    public static IEnumerable<RateLimitConfigurationError> Check(NamedPlan plan)
    {
        if (plan.Options.Headers is { } when)
        {
            foreach (var error in ValueRules.IsDefined(plan.Path, nameof(plan.Options.Headers), when))
            {
                yield return error;
            }
        }

        foreach (var error in ValueRules.IsShare(plan.Path, plan.Options.Enforce).Concat(BanRules.Check(plan.Path, plan.Options.Ban)))
        {
            yield return error;
        }

        if (plan.Options.IsExempt && plan.Quotas.Count > 0)
        {
            yield return new(RateLimitErrorIds.ExemptWithQuotas, plan.Path, "The plan has quotas and is exempt; keep one of the two.");
        }

        if (plan.Options is { IsExempt: true, Ban: not null })
        {
            yield return new(RateLimitErrorIds.ExemptWithQuotas, plan.Path, "The plan has a ban and is exempt; keep one of the two.");
        }

        if (!plan.Options.IsExempt && plan.Quotas.Count == 0)
        {
            yield return new(RateLimitErrorIds.NoQuota, plan.Path, QuotaRules.NoQuota);
        }

        foreach (var error in plan.CheckQuotas())
        {
            yield return error;
        }

        if (plan.Quotas.Values.Count(quota => quota.Algorithm == QuotaAlgorithm.Concurrency) > 1)
        {
            yield return new(RateLimitErrorIds.ConcurrencyRepeated, OptionsPath.Join(plan.Path, nameof(plan.Quotas)), QuotaRules.SeveralConcurrency);
        }
    }
}
