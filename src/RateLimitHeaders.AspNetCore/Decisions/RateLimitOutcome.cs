namespace RateLimitHeaders.AspNetCore;

/// <summary>The outcome of the decision about a request.</summary>
public enum RateLimitOutcome
{
    /// <summary>
    /// No limit applies: the endpoint has no policy, the request is exempt, or the request was aborted while it waited for the decision.
    /// </summary>
    NotLimited,

    /// <summary>The request is admitted.</summary>
    Acquired,

    /// <summary>
    /// A quota has not enough permits, or the caller is banned: the status of the response is 429, or the status of the policy's
    /// <see cref="PolicyOptions.Rejection"/>.
    /// </summary>
    Rejected,

    /// <summary>The partitions failed, so that it is not known whether the request fits: the status of the response is 503.</summary>
    Unavailable,
}
