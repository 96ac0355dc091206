namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The treatment of rate limit fields that a response already carries, such as those of a backend behind a proxy. A response carries a
/// family if it carries any of its fields.
/// </summary>
public enum ExistingFields
{
    /// <summary>
    /// The default. This library's items are added to existing lists of draft -11 of the IETF. Of a family with single
    /// values, the fields with the lower Remaining are kept, all from one source, and fields without Remaining are replaced. Existing fields of a
    /// response with status 429 or 503 that is not a rejection by this library are kept in any case.
    /// </summary>
    Tighter,

    /// <summary>Existing fields are replaced.</summary>
    Replace,

    /// <summary>Existing fields are kept, and this library adds none of the same family.</summary>
    Keep,
}
