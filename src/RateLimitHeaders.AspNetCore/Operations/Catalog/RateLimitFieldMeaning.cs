namespace RateLimitHeaders.AspNetCore;

/// <summary>The meaning of a rate limit field.</summary>
public enum RateLimitFieldMeaning
{
    /// <summary>The limit of the quota that is shown.</summary>
    Limit,

    /// <summary>The permits that are left of it.</summary>
    Remaining,

    /// <summary>When the caller should come back, or when the whole limit is available again (<see cref="HeadersOptions.ResetWhenFull"/>).</summary>
    Reset,

    /// <summary>The used part of the limit.</summary>
    Used,

    /// <summary>The name of the group of endpoints that share the quota.</summary>
    Resource,

    /// <summary>Whether the caller is near the limit (<see cref="HeadersOptions.NearLimit"/>).</summary>
    NearLimit,

    /// <summary>The permits that are left, and when more are available: <c>RateLimit</c> of drafts since -07.</summary>
    Statuses,

    /// <summary>The quotas with their limits and windows: <c>RateLimit-Policy</c> of a draft.</summary>
    Quotas,

    /// <summary>Which limit rejected the request (<see cref="HeadersOptions.ReasonField"/>).</summary>
    Reason,
}
