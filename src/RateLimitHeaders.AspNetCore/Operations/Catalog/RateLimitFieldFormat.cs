namespace RateLimitHeaders.AspNetCore;

/// <summary>The format of the value of a rate limit field.</summary>
public enum RateLimitFieldFormat
{
    /// <summary>A whole number, zero or more.</summary>
    WholeNumber,

    /// <summary>A number, zero or more, which may be fractional.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A text of printable ASCII characters.</summary>
    Text,

    /// <summary>Whole seconds since the Unix epoch.</summary>
    UnixSeconds,

    /// <summary>Whole milliseconds since the Unix epoch.</summary>
    UnixMilliseconds,

    /// <summary>Whole seconds from now.</summary>
    DeltaSeconds,

    /// <summary>A date and time of ISO 8601 in UTC, to the second.</summary>
    Iso8601,

    /// <summary>A date and time of ISO 8601 in UTC, to the minute.</summary>
    Iso8601Minutes,

    /// <summary>A date and time in the preferred format of HTTP (RFC 9110, section 5.6.7).</summary>
    HttpDate,

    /// <summary>A List of structured fields (RFC 9651, section 3.1).</summary>
    StructuredList,

    /// <summary>A Dictionary of structured fields (RFC 9651, section 3.2).</summary>
    StructuredDictionary,
}
