namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The format in which <c>X-RateLimit-Reset</c> shows the moment at which a client should come back (<see cref="HeadersOptions.ResetWhenFull"/>).
/// All formats are rounded up, so that the moment is never too early.
/// </summary>
public enum ResetFormat
{
    /// <summary>Seconds since the Unix epoch: <c>1779545233</c>. This is the default.</summary>
    UnixSeconds,

    /// <summary>Milliseconds since the Unix epoch: <c>1779545233000</c>.</summary>
    UnixMilliseconds,

    /// <summary>Seconds from now: <c>60</c>.</summary>
    DeltaSeconds,

    /// <summary>ISO 8601 in UTC, to the second: <c>2026-05-23T14:07:13Z</c>.</summary>
    Iso8601,

    /// <summary>ISO 8601 in UTC, to the minute: <c>2026-05-23T14:08Z</c>.</summary>
    Iso8601Minutes,

    /// <summary>The preferred format of HTTP (IMF-fixdate, RFC 9110, section 5.6.7): <c>Sat, 23 May 2026 14:07:13 GMT</c>.</summary>
    HttpDate,
}
