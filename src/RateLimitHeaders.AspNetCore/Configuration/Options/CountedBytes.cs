namespace RateLimitHeaders.AspNetCore;

/// <summary>The bytes that a quota counts in place of costs.</summary>
public enum CountedBytes
{
    /// <summary>None: requests take their costs.</summary>
    None = 0,

    /// <summary>The bytes of the response's content, as they are handed to the server or to middleware before this one.</summary>
    Response = 1,

    /// <summary>The bytes of the request's content that the application reads.</summary>
    Request = 2,
}
