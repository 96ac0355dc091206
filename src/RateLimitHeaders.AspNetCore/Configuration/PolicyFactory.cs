using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Creates the definition of a policy from options. Plans whose quotas have errors are left out.</summary>
internal static class PolicyFactory
{
    // The policies of the application's own limiters need no principal, so that there is no token type to name.
    private const string ForeignTokenType = "none";

    // The initial limit of a quota whose limit a function returns later: the least that grants anything.
    private const double LimitUntilEvaluated = 1;

    private static readonly Func<HttpResponse, bool> s_isSuccess = static response => response.StatusCode < QuotaCounting.FirstFailure;

    public static PolicyDefinition Create(NamedPolicy policy, PrincipalsDefinition principals, RateLimitHeadersOptions limits)
    {
        var (name, options) = (policy.Name, policy.Options);
        var when = options.Headers ?? limits.Headers.When;
        var enforce = options.Enforce ?? limits.Enforce;
        return new PolicyDefinition(
            name,
            options.Resource ?? name,
            options.Foreign is null
                ? new([.. CreatePlans(policy, policy.PrincipalsOr(principals).TokenTypes, when, enforce, limits.Findings)])
                : [new PlanDefinition(name, ForeignTokenType, []) { Headers = when, Enforce = enforce }],
            options.Foreign)
        {
            Rejection = RejectionDefinition.Of(options.Rejection, options.OnRejected, limits.OnRejected),
            Principals = options.Principals.Count == 0 ? null : policy.PrincipalsOr(principals),
            Dimensions = options.Dimensions.Count == 0 ? null : new([.. options.Dimensions]),
        };
    }

    private static IEnumerable<PlanDefinition> CreatePlans(
        NamedPolicy policy, IReadOnlyCollection<string> tokenTypes, HeadersWhen when, double enforce, SettingFindings findings)
    {
        var plans = new PolicyPlans(policy.Path, policy.Options);
        HashSet<NamedPlan> faulty = [.. plans.All.Where(plan => PlanChecks.HasFaultyQuotas(plan, findings))];
        foreach (var tokenType in tokenTypes)
        {
            if (plans.For(tokenType) is not { } plan || faulty.Contains(plan))
            {
                continue;
            }

            var ofTokenType = Create(policy, plan, tokenType, when, enforce);
            yield return ofTokenType;
            foreach (var (name, named) in plans.NamedOf(tokenType, tokenTypes).Where(named => !faulty.Contains(named.Plan)))
            {
                var ofName = Create(policy, named, PolicyPlans.KeyOf(tokenType, name), when, enforce);
                yield return ofName with
                {
                    PlanName = name,
                    CountedTokenType = ofName.CountsAs(ofTokenType) ? tokenType : ofName.TokenType,
                    ChargeAfterOutage = ofTokenType.ChargeAfterOutage,
                };
            }
        }
    }

    private static PlanDefinition Create(NamedPolicy policy, NamedPlan plan, string tokenType, HeadersWhen when, double enforce) =>
        new(policy.Name, tokenType, plan.Options.IsExempt ? [] : new([.. CreateQuotas(policy.Options, plan)]))
        {
            Headers = plan.Options.Headers ?? when,
            IsExempt = plan.Options.IsExempt,
            ResetsOn = policy.Options.ResetOnSuccess ? policy.Options.IsSuccess ?? s_isSuccess : null,
            ChargeAfterOutage = plan.Options.ChargeAfterOutage,
            Enforce = plan.Options.Enforce ?? enforce,
            Ban = plan.Options.IsExempt ? null : BanDefinition.Of(plan.Options.Ban ?? policy.Options.Ban),
            SharedResource = policy.Options.SharesResource ? policy.Options.Resource : null,
        };

    private static IEnumerable<QuotaDefinition> CreateQuotas(PolicyOptions policy, NamedPlan plan) =>
        from quota in plan.Options.Quotas
        let cost = QuotaCosts.Of(policy, quota.Key, quota.Value)
        select new QuotaDefinition(Create(quota.Key, quota.Value).WithMaxDebt(quota.Value.MaxDebt), quota.Value.DynamicLimit, cost.Cost, cost.DynamicCost)
        {
            HasCostOfItsOwn = quota.Value.CountBytes != CountedBytes.None || QuotaCosts.IsGivenFor(policy, quota.Key, quota.Value),
            Bytes = quota.Value.CountBytes,
            Counting = QuotaCounting.Of(quota.Value),
            Display = quota.Value.Display,
            Reason = quota.Value.Reason ?? policy.Reason ?? quota.Key,
        };

    private static Quota Create(string name, QuotaOptions quota)
    {
        var limit = quota.DynamicLimit is null ? quota.PermitLimit : LimitUntilEvaluated;
        var window = quota.Window ?? TimeSpan.Zero;
        return quota.Algorithm switch
        {
            QuotaAlgorithm.FixedWindow => Quota.FixedWindow(name, limit, window, quota.AlignToClock, quota.Unit),
            QuotaAlgorithm.CalendarWindow =>
                Quota.CalendarWindow(name, limit, quota.Period.GetValueOrDefault(), quota.TimeZone, quota.FirstDayOfWeek, quota.Unit),
            QuotaAlgorithm.SlidingWindow => Quota.SlidingWindow(name, limit, window, quota.Segments, quota.Unit),
            QuotaAlgorithm.TokenBucket => quota.RefillPerSecond is { } rate
                ? Quota.TokenBucket(name, limit, rate, quota.Unit)
                : Quota.TokenBucket(name, limit, window, quota.Unit),
            _ => Quota.Concurrency(name, (int)limit, quota.QueueLimit, quota.QueueProcessingOrder, quota.RetryAfter),
        };
    }
}
