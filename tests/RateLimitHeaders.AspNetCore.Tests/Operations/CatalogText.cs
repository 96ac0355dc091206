using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What a catalog tells, as text, so that a test can state all of it.</summary>
internal static class CatalogText
{
    public static string Of(IEnumerable<RateLimitPolicyInfo> policies) => string.Join('\n', policies.SelectMany(Lines));

    private static IEnumerable<string> Lines(RateLimitPolicyInfo policy) =>
    [
        $"{policy.Name} ({policy.Resource}){(policy.IsOfOwnLimiters ? ", own limiters" : "")}{(policy.CanBeUnavailable ? ", 503" : "")}",
        .. policy.Plans.SelectMany(Lines),
    ];

    private static IEnumerable<string> Lines(RateLimitPlanInfo plan) =>
    [
        $"  {plan.TokenType ?? "all"}{EnforcementOf(plan)}: {FieldsOf(plan)}",
        .. plan.Quotas.Select(quota => string.Create(
            CultureInfo.InvariantCulture,
            $"    {quota.Name}: {quota.Algorithm}, {(quota.Limit is { } limit ? limit : "by caller")} {quota.Unit}{(quota.Window is { } window ? $" in {window}" : "")}")),
    ];

    private static string EnforcementOf(RateLimitPlanInfo plan) =>
        plan.IsExempt ? ", exempt" : plan.Enforce < 1 ? string.Create(CultureInfo.InvariantCulture, $", enforced for {plan.Enforce}") : "";

    private static string FieldsOf(RateLimitPlanInfo plan) =>
        plan.Fields.Count == 0 ? "no fields" : string.Join(", ", plan.Fields.Select(field => $"{field.Name} {field.When}"));
}
