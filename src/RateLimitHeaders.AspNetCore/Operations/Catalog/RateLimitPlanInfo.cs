namespace RateLimitHeaders.AspNetCore;

/// <summary>The plan of one token type under a policy that is in force.</summary>
public sealed class RateLimitPlanInfo
{
    internal RateLimitPlanInfo(PlanDefinition definition, bool isOfOwnLimiters, HeadersDefinition headers)
    {
        TokenType = isOfOwnLimiters ? null : definition.TokenType;
        IsExempt = definition.IsExempt;
        Enforce = definition.IsExempt ? 0 : definition.Enforce;
        Quotas = Array.AsReadOnly<RateLimitQuotaInfo>([.. definition.QuotaDefinitions.Select(quota => new RateLimitQuotaInfo(quota))]);
        Fields = Array.AsReadOnly<RateLimitFieldInfo>([.. IsExempt ? [] : CarriedFields.Of(Enforce > 0 ? headers : headers.ReportOnly, definition)]);
    }

    /// <summary>
    /// Gets the token type of the callers; for a named plan, followed by a slash and the name of the plan, such as
    /// <c>api-key/pro</c>; <see langword="null"/> if limiters of the application distinguish callers.
    /// </summary>
    public string? TokenType { get; }

    /// <summary>Gets a value indicating whether the token type is not limited at all.</summary>
    public bool IsExempt { get; }

    /// <summary>
    /// Gets the share of the callers for which the plan is enforced, from 0 to 1. At 0 it rejects no request, because it is report-only or
    /// the token type is exempt; between 0 and 1 it is report-only for the other callers (<see cref="PlanBuilder.EnforceFor"/>).
    /// </summary>
    public double Enforce { get; }

    /// <summary>Gets the quotas, in the order of headers; none for an exempt token type and for limiters of the application.</summary>
    public IReadOnlyList<RateLimitQuotaInfo> Quotas { get; }

    /// <summary>
    /// Gets the rate limit fields that responses carry, in the order in which they are written; none if they never carry any. They are the fields for
    /// callers for which the plan is enforced or, if it is enforced for none, the fields of report-only plans (<see cref="HeadersBuilder.ReportOnly"/>).
    /// </summary>
    public IReadOnlyList<RateLimitFieldInfo> Fields { get; }
}
