using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The requirements of the options of a policy.</summary>
internal static class PolicyChecks
{
    public static void Check(
        NamedPolicy named,
        IReadOnlyCollection<string> tokenTypes,
        double enforce,
        IServiceProvider services,
        SettingFindings findings,
        ConfigurationErrors errors)
    {
        var (path, name, policy) = named;
        errors.AddIf(
            !StructuredText.IsPrintable(name),
            RateLimitErrorIds.PolicyName,
            path,
            $"The policy has the name \"{name}\"; give a name of printable ASCII characters.");
        errors.AddIf(
            policy.Resource is not null && !StructuredText.IsPrintable(policy.Resource),
            RateLimitErrorIds.Resource,
            OptionsPath.Join(path, nameof(policy.Resource)),
            $"Resource is \"{policy.Resource}\"; give a name of printable ASCII characters, which a header field can hold.");
        errors.AddIf(
            policy.SharesResource && policy.Resource is null,
            RateLimitErrorIds.SharedResourceMissing,
            OptionsPath.Join(path, nameof(policy.SharesResource)),
            "SharesResource is true, and there is no Resource; name the resource whose count the policy shares.");
        PrincipalChecks.Check(OptionsPath.Join(path, nameof(policy.Principals)), policy.Principals, services, errors);
        errors.CheckReason(path, policy.Reason);
        errors.CheckDefined(path, policy.Headers);
        CheckRejection(path, policy.Rejection, errors);
        errors.CheckEnforce(path, policy.Enforce);
        BanChecks.Check(path, policy.Ban, errors);
        if (policy.Foreign is null)
        {
            CheckPlans(path, policy, tokenTypes, findings, errors);
        }
        else
        {
            CheckForeign(path, policy, policy.Enforce ?? enforce, errors);
        }
    }

    private static void CheckRejection(string parent, RejectionOptions? options, ConfigurationErrors errors)
    {
        if (options is null)
        {
            return;
        }

        var path = OptionsPath.Join(parent, nameof(PolicyOptions.Rejection));
        errors.AddIf(
            options.StatusCode is < StatusCodes.Status400BadRequest or > 599,
            RateLimitErrorIds.RejectionStatus,
            path,
            options.StatusCode,
            "give a status of an error from 400 to 599, such as 429");
        errors.AddIf(
            !StructuredText.IsPrintable(options.ContentType) || !MediaTypeHeaderValue.TryParse(options.ContentType, out _),
            RateLimitErrorIds.RejectionContentType,
            OptionsPath.Join(path, nameof(options.ContentType)),
            $"ContentType is \"{options.ContentType}\"; give a media type, such as application/json.");
    }

    private static void CheckForeign(string path, PolicyOptions policy, double enforce, ConfigurationErrors errors)
    {
        errors.AddIf(
            policy.Quotas.Count + policy.Plans.Count > 0 || policy.PlanForOthers is not null || CostChecks.AreGiven(policy)
                || policy.SharesResource || policy.Principals.Count + policy.Dimensions.Count > 0 || policy.Reason is not null,
            RateLimitErrorIds.ForeignWithQuotas,
            path,
            "The policy has limiters of the application in addition to quotas, plans, costs, principals, PartitionBy…, a shared resource or a reason, "
                + "which do not apply to them; keep one of the two.");
        errors.AddIf(
            policy.ResetOnSuccess,
            RateLimitErrorIds.ForeignReset,
            OptionsPath.Join(path, nameof(policy.ResetOnSuccess)),
            "ResetOnSuccess is True, and the policy has limiters of the application, which cannot be reset; leave it out.");
        errors.AddIf(
            enforce is > 0 and < 1,
            RateLimitErrorIds.EnforceForeign,
            OptionsPath.Join(path, nameof(policy.Enforce)),
            FormattableString.Invariant($"Enforce is {enforce}, and the policy has limiters of the application, whose callers are not known; ")
                + "give the policy 0 or 1.");
        errors.AddIf(
            policy.Ban is not null,
            RateLimitErrorIds.BanForeign,
            OptionsPath.Join(path, nameof(policy.Ban)),
            "The policy has a ban and limiters of the application, whose callers are not known; remove one of the two.");
    }

    private static void CheckPlans(
        string path, PolicyOptions policy, IReadOnlyCollection<string> tokenTypes, SettingFindings findings, ConfigurationErrors errors)
    {
        errors.AddIf(
            policy.PlanForOthers is not null && policy.Quotas.Count > 0,
            RateLimitErrorIds.QuotasBesidePlanForOthers,
            path,
            "The policy has quotas of its own and a plan for others, which mean the same; keep one of the two.");

        var plans = new PolicyPlans(path, policy);
        var named = tokenTypes.SelectMany(tokenType => plans.NamedOf(tokenType, tokenTypes)
            .Select(named => (TokenType: PolicyPlans.KeyOf(tokenType, named.Name), named.Plan))).ToArray();
        foreach (var (tokenType, plan) in named)
        {
            errors.AddIf(
                plan.Options.ChargeAfterOutage,
                RateLimitErrorIds.NamedPlanSetting,
                OptionsPath.Join(OptionsPath.Plan(path, tokenType), nameof(plan.Options.ChargeAfterOutage)),
                $"ChargeAfterOutage is True for the plan \"{tokenType}\", which shares the setting with the plan of the token type; set it there.");
        }

        // Rules that could not be read may return other token types.
        if (!findings.IsUnreadInPart(OptionsPath.Join(path, nameof(policy.Principals)))
            && (policy.Principals.Count > 0 || !findings.IsUnreadInPart(nameof(RateLimitHeadersOptions.Principals))))
        {
            CheckTokenTypes(path, plans, tokenTypes, policy.Plans.Keys.Except(tokenTypes).Except(named.Select(named => named.TokenType)), errors);
        }

        foreach (var plan in plans.All)
        {
            PlanChecks.Check(plan, findings, errors);
        }

        CostChecks.Check(path, policy, plans, errors);
    }

    private static void CheckTokenTypes(
        string path, PolicyPlans plans, IReadOnlyCollection<string> tokenTypes, IEnumerable<string> unused, ConfigurationErrors errors)
    {
        foreach (var tokenType in unused)
        {
            errors.Add(
                RateLimitErrorIds.PlanUnused,
                OptionsPath.Plan(path, tokenType),
                $"The plan is for the token type \"{tokenType}\", which no rule of Principals returns; add a rule or correct the name. "
                    + $"The rules return {string.Join(", ", tokenTypes.Select(type => $"\"{type}\""))}.");
        }

        foreach (var tokenType in tokenTypes)
        {
            errors.AddIf(
                plans.For(tokenType) is null,
                RateLimitErrorIds.PlanMissing,
                OptionsPath.Plan(path, tokenType),
                $"There is no plan for the token type \"{tokenType}\"; "
                    + $"add For(\"{tokenType}\", …), ForOthers(…) or Exempt(\"{tokenType}\"), "
                    + $"or in configuration Quotas, PlanForOthers or Plans:{tokenType}.");
        }
    }
}
