using System.Globalization;

namespace RateLimitHeaders.AspNetCore.OpenApi;

/// <summary>Describes the limits of an operation in words (CommonMark, as in descriptions of OpenAPI).</summary>
internal static class LimitsText
{
    /// <summary>Appends the limits to a description.</summary>
    public static string Append(string? description, IEnumerable<RateLimitPolicyInfo> policies, DocumentedFields fields)
    {
        var paragraphs = policies.Select(Describe);
        if (fields.Others.Count > 0)
        {
            paragraphs = paragraphs.Append($"Responses also carry {Join(fields.Others.Select(Name))}, of the same limits.");
        }

        return string.Join("\n\n", string.IsNullOrEmpty(description) ? paragraphs : paragraphs.Prepend(description));
    }

    private static string Describe(RateLimitPolicyInfo policy)
    {
        var title = $"**Rate limits** of policy `{policy.Name}`:";
        if (policy.IsOfOwnLimiters)
        {
            return $"{title} they depend on the request.{When(policy.Plans[0])}";
        }

        // Token types with the same limits are described together.
        var plans = policy.Plans.GroupBy(Describe).Select(same => (Text: same.Key, TokenTypes: same.Select(plan => $"`{plan.TokenType}`"))).ToArray();
        return plans is [var (text, _)]
            ? $"{title} {text}"
            : $"{title}\n\n{string.Join('\n', plans.Select(plan => $"- {Join(plan.TokenTypes)}: {plan.Text}"))}";
    }

    private static string Describe(RateLimitPlanInfo plan) =>
        plan.IsExempt ? "not limited." : $"{string.Join("; ", plan.Quotas.Select(QuotaText.Of))}{Enforcement(plan)}";

    private static string Enforcement(RateLimitPlanInfo plan) => plan.Enforce switch
    {
        1 => $".{When(plan)}",
        > 0 => string.Create(CultureInfo.InvariantCulture, $", for {plan.Enforce * 100:0.######} % of the callers.{When(plan)}"),
        _ when plan.Fields.Count == 0 => $", report-only: no request is rejected.{When(plan)}",
        _ => $", report-only: no request is rejected. Responses may carry {Join(plan.Fields.Select(Name))}.",
    };

    private static string When(RateLimitPlanInfo plan) => plan.Fields.Where(field => field.Family is not null).MinBy(field => field.When)?.When switch
    {
        null => " Responses carry no rate limit fields.",
        HeadersWhen.NearLimit => " Responses carry rate limit fields near a limit and on rejections.",
        HeadersWhen.Rejected => " Rejections carry rate limit fields.",
        _ => string.Empty,
    };

    private static string Name(RateLimitFieldInfo field) => $"`{field.Name}`";

    private static string Join(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }
}
