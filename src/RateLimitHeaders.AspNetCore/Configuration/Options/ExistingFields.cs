namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// What becomes of rate limit fields that a response carries already, such as those of a backend behind a proxy. A family is there if
/// any of its fields is.
/// </summary>
public enum ExistingFields
{
    /// <summary>
    /// The default. The lists of IETF draft -11 get this library's items beside those that are there. Of a family with single
    /// values, the fields with the lower Remaining stay, all from one source, and fields without Remaining give way. Those of a
    /// response with status 429 or 503 that is no rejection by this library stay in any case.
    /// </summary>
    Tighter,

    /// <summary>The fields are replaced.</summary>
    Replace,

    /// <summary>The fields stay, and this library adds none of the same family.</summary>
    Keep,
}
