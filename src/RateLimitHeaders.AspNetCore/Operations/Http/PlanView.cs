namespace RateLimitHeaders.AspNetCore;

/// <summary>A plan in force, for JSON.</summary>
/// <param name="TokenType">The token type of the callers; <see langword="null"/> if limiters of the application distinguish callers.</param>
/// <param name="Exempt">Whether the token type is not limited.</param>
/// <param name="Enforce">The share of the callers for which the plan is enforced.</param>
/// <param name="Quotas">The quotas.</param>
/// <param name="HeadersWhen">When responses carry rate limit headers; <see langword="null"/> for never.</param>
/// <param name="Fields">The names of the fields.</param>
internal sealed record PlanView(string? TokenType, bool Exempt, double Enforce, IReadOnlyList<PlanQuotaView> Quotas, string? HeadersWhen, IReadOnlyList<string> Fields)
{
    public static PlanView Of(RateLimitPlanInfo plan) => new(
        plan.TokenType,
        plan.IsExempt,
        plan.Enforce,
        [.. plan.Quotas.Select(quota => new PlanQuotaView(quota.Name, $"{quota.Algorithm}", quota.Limit, quota.Window?.TotalSeconds, quota.Unit))],
        plan.Fields.MinBy(field => field.When) is { } field ? $"{field.When}" : null,
        [.. plan.Fields.Select(field => field.Name)]);
}
