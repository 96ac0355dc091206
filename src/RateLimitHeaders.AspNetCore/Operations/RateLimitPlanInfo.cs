namespace RateLimitHeaders.AspNetCore;

/// <summary>The plan of one token type under a policy that is in force.</summary>
public sealed class RateLimitPlanInfo
{
    internal RateLimitPlanInfo(PlanDefinition definition, bool isOfOwnLimiters, HeadersDefinition headers)
    {
        TokenType = isOfOwnLimiters ? null : definition.TokenType;
        IsExempt = definition.IsExempt;
        Quotas = Array.AsReadOnly<RateLimitQuotaInfo>([.. definition.QuotaDefinitions.Select(quota => new RateLimitQuotaInfo(quota))]);
        Fields = Array.AsReadOnly<RateLimitFieldInfo>([.. IsExempt ? [] : CarriedFields.Of(headers, definition.Headers)]);
    }

    /// <summary>
    /// Gets the token type of the callers, followed by a slash and the name of the plan if they have it by name, such as
    /// <c>api-key/pro</c>; <see langword="null"/> where limiters of the application tell callers apart.
    /// </summary>
    public string? TokenType { get; }

    /// <summary>Gets a value indicating whether the token type is not limited at all.</summary>
    public bool IsExempt { get; }

    /// <summary>Gets the quotas, in the order of headers; none for an exempt token type and for limiters of the application.</summary>
    public IReadOnlyList<RateLimitQuotaInfo> Quotas { get; }

    /// <summary>Gets the rate limit fields that responses carry, in the order in which they are written; none if they never do.</summary>
    public IReadOnlyList<RateLimitFieldInfo> Fields { get; }
}
