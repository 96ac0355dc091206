namespace RateLimitHeaders.AspNetCore;

/// <summary>A family of rate limit fields. Fields of different families describe the same limits.</summary>
public enum RateLimitFieldFamily
{
    /// <summary>The <c>X-RateLimit-*</c> fields, whatever their names.</summary>
    XRateLimit,

    /// <summary>The fields of an IETF draft.</summary>
    Ietf,
}
