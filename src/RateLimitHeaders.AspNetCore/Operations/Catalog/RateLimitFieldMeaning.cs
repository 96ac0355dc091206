namespace RateLimitHeaders.AspNetCore;

/// <summary>What a rate limit field tells.</summary>
public enum RateLimitFieldMeaning
{
    /// <summary>The limit of the quota that is shown.</summary>
    Limit,

    /// <summary>What is left of it.</summary>
    Remaining,

    /// <summary>When the caller should come back, or when the whole limit is available again (<see cref="HeadersOptions.ResetWhenFull"/>).</summary>
    Reset,

    /// <summary>What of the limit is used.</summary>
    Used,

    /// <summary>The name of the group of endpoints that share the quota.</summary>
    Resource,

    /// <summary>Whether the caller is near the limit (<see cref="HeadersOptions.NearLimit"/>).</summary>
    NearLimit,

    /// <summary>What is left, and when more is available: <c>RateLimit</c> of a draft from -07 on.</summary>
    Statuses,

    /// <summary>The quotas with their limits and windows: <c>RateLimit-Policy</c> of a draft.</summary>
    Quotas,

    /// <summary>Which limit rejected the request (<see cref="HeadersOptions.ReasonField"/>).</summary>
    Reason,
}
