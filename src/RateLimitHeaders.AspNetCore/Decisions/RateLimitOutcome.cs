namespace RateLimitHeaders.AspNetCore;

/// <summary>What was decided about a request.</summary>
public enum RateLimitOutcome
{
    /// <summary>No limit applies: the endpoint has no policy, or the request is exempt; or the request left while it waited for the decision.</summary>
    NotLimited,

    /// <summary>The request is admitted.</summary>
    Acquired,

    /// <summary>
    /// A quota has not enough permits, or the caller is banned: the request is answered with 429, or with the status of the policy's
    /// <see cref="PolicyOptions.Rejection"/>.
    /// </summary>
    Rejected,

    /// <summary>The partitions failed, so that it is not known whether the request fits: it is answered with 503.</summary>
    Unavailable,
}
