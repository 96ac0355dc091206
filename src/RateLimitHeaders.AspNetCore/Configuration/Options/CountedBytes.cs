namespace RateLimitHeaders.AspNetCore;

/// <summary>The bytes that a quota counts instead of costs.</summary>
public enum CountedBytes
{
    /// <summary>None: requests take their costs.</summary>
    None = 0,

    /// <summary>The bytes of the response's content, as they are passed to the server or to earlier middleware.</summary>
    Response = 1,

    /// <summary>The bytes of the request's content that the application reads.</summary>
    Request = 2,
}
