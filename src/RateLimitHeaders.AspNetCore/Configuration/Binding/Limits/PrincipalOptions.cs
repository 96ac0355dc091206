namespace RateLimitHeaders.AspNetCore;

/// <summary>A rule of configuration that identifies callers, as it is read.</summary>
internal sealed class PrincipalOptions
{
    public PrincipalSource? From { get; set; }

    public string? TokenType { get; set; }

    public string? PlanClaim { get; set; }

    public string? ClaimType { get; set; }

    public string? Scheme { get; set; }

    public string? HeaderName { get; set; }

    public List<string> Values { get; } = [];

    public string? FieldName { get; set; }

    public int IPv6PrefixLength { get; set; } = ClientAddress.DefaultIPv6PrefixLength;
}
