namespace RateLimitHeaders.AspNetCore;

/// <summary>The responses that a quota counts. The permits of a request are given back if its response does not count.</summary>
public enum CountedResponses
{
    /// <summary>All responses.</summary>
    All = 0,

    /// <summary>Responses with a status below 400.</summary>
    Successes = 1,

    /// <summary>Responses with a status of 400 or more.</summary>
    Failures = 2,
}
