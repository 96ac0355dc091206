namespace RateLimitHeaders.AspNetCore;

/// <summary>The responses that a quota counts. What a request has taken is given back if its response is none of them.</summary>
public enum CountedResponses
{
    /// <summary>All.</summary>
    All = 0,

    /// <summary>Those with a status below 400.</summary>
    Successes = 1,

    /// <summary>Those with a status of 400 or more.</summary>
    Failures = 2,
}
