namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Settings of the response to requests that the quotas of a policy reject. <c>Retry-After</c> and the rate limit headers are kept.
/// </summary>
public sealed class RejectionOptions
{
    /// <summary>
    /// Gets or sets the status, from 400 to 599; the default is 429. It is the status of rejections by a quota and of banned callers. If
    /// it is not known whether a request fits, the status is 503 in any case. A <see cref="StatusCode"/> of 503 means a capacity of the server:
    /// problem details then have the type <c>temporary-reduced-capacity</c> (draft-ietf-httpapi-ratelimit-headers-11, "Problem Types"), and the
    /// status of gRPC is <c>UNAVAILABLE</c>, except if the caller is banned.
    /// </summary>
    public int StatusCode { get; set; } = 429;

    /// <summary>Gets or sets the body; with <see langword="null"/>, the default, it is problem details (RFC 9457); with an empty text there is none.</summary>
    public string? Body { get; set; }

    /// <summary>Gets or sets the media type of <see cref="Body"/>, such as <c>application/json</c>; the default is <c>text/plain; charset=utf-8</c>.</summary>
    public string ContentType { get; set; } = "text/plain; charset=utf-8";

    internal RejectionOptions Copy() => (RejectionOptions)MemberwiseClone();
}
