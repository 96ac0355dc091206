namespace RateLimitHeaders.AspNetCore;

/// <summary>The fields of the <c>X-RateLimit-*</c> family.</summary>
[Flags]
public enum XRateLimitFields
{
    /// <summary>No field.</summary>
    None = 0,

    /// <summary><c>X-RateLimit-Limit</c>: the limit, which may be fractional.</summary>
    Limit = 1,

    /// <summary><c>X-RateLimit-Remaining</c>: the number of whole permits that are left.</summary>
    Remaining = 2,

    /// <summary>
    /// <c>X-RateLimit-Reset</c>: when a client should come back. On a rejection it is the moment of <c>Retry-After</c>, with nothing left
    /// the moment at which one permit fits, and otherwise the moment at which the whole limit is available again.
    /// With <see cref="HeadersOptions.ResetWhenFull"/> it is always the last of these, on a rejection not before <c>Retry-After</c>.
    /// </summary>
    Reset = 4,

    /// <summary><c>X-RateLimit-Used</c>: the used part of the limit (GitHub).</summary>
    Used = 8,

    /// <summary><c>X-RateLimit-Resource</c>: the name of the group of endpoints that share the quota (GitHub, Bitbucket).</summary>
    Resource = 16,

    /// <summary><c>X-RateLimit-NearLimit</c>: <c>true</c> when less is left than the near-limit share, <c>false</c> otherwise (Bitbucket, Jira).</summary>
    NearLimit = 32,
}
