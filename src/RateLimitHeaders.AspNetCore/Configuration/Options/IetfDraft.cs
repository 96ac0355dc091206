namespace RateLimitHeaders.AspNetCore;

/// <summary>The draft of draft-ietf-httpapi-ratelimit-headers by which <c>RateLimit</c> fields are written.</summary>
public enum IetfDraft
{
    /// <summary>The fields are not written. This is the default.</summary>
    None = 0,

    /// <summary>Draft -06: <c>RateLimit-Limit</c>, <c>-Remaining</c>, <c>-Reset</c> and <c>-Policy</c>.</summary>
    Draft06 = 6,

    /// <summary>Draft -07: <c>RateLimit: limit=60, remaining=59, reset=3600</c> and <c>RateLimit-Policy</c>.</summary>
    Draft07 = 7,

    /// <summary>Draft -11, with the format of -08 to -11: <c>RateLimit: "hourly";r=59;t=3600</c> and <c>RateLimit-Policy</c>.</summary>
    Draft11 = 11,
}
