namespace RateLimitHeaders.AspNetCore;

/// <summary>What was decided about a request.</summary>
public enum RateLimitOutcome
{
    /// <summary>No limit applies: the endpoint has no policy, or the request is exempt.</summary>
    NotLimited,

    /// <summary>The request is admitted.</summary>
    Acquired,

    /// <summary>A quota has not enough permits: the request is answered with 429, or with 503 for a capacity of the server.</summary>
    Rejected,

    /// <summary>The partitions failed, so that it is not known whether the request fits: it is answered with 503.</summary>
    Unavailable,
}
