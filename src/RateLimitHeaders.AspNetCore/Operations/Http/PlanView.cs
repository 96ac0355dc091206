namespace RateLimitHeaders.AspNetCore;

/// <summary>A plan in force, for JSON.</summary>
/// <param name="TokenType">The token type of the callers; <see langword="null"/> if limiters of the application distinguish callers.</param>
/// <param name="Exempt">Whether the token type is not limited.</param>
/// <param name="Enforce">The share of the callers for which the plan is enforced.</param>
/// <param name="Quotas">The quotas.</param>
/// <param name="HeadersWhen">When responses carry rate limit headers; <see langword="null"/> for never.</param>
/// <param name="Fields">The names of the fields that they carry then.</param>
/// <param name="OtherFieldsOnRejections">The names of the fields that only rejections carry, if responses carry others earlier.</param>
internal sealed record PlanView(
    string? TokenType,
    bool Exempt,
    double Enforce,
    IReadOnlyList<PlanQuotaView> Quotas,
    string? HeadersWhen,
    IReadOnlyList<string> Fields,
    IReadOnlyList<string> OtherFieldsOnRejections)
{
    public static PlanView Of(RateLimitPlanInfo plan)
    {
        var when = plan.Fields.MinBy(field => field.When)?.When;
        return new(
            plan.TokenType,
            plan.IsExempt,
            plan.Enforce,
            [.. plan.Quotas.Select(quota => new PlanQuotaView(quota.Name, $"{quota.Algorithm}", quota.Limit, quota.Window?.TotalSeconds, quota.Unit))],
            when is null ? null : $"{when}",
            [.. plan.Fields.Where(field => field.When == when).Select(field => field.Name)],
            [.. plan.Fields.Where(field => field.When != when).Select(field => field.Name)]);
    }
}
