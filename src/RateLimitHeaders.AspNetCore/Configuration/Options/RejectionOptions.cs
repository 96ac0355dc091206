namespace RateLimitHeaders.AspNetCore;

/// <summary>How requests are answered that the quotas of a policy reject. <c>Retry-After</c> and the rate limit headers stay.</summary>
public sealed class RejectionOptions
{
    /// <summary>
    /// Gets or sets the status, from 400 to 599; the default is 429. It is that of rejections by a quota and of banned callers; where
    /// it is not known whether a request fits, the status stays 503. 503 stands for a capacity of the server: problem details have the
    /// type <c>temporary-reduced-capacity</c> then (draft-ietf-httpapi-ratelimit-headers-11, "Problem Types"), and gRPC calls the status
    /// <c>UNAVAILABLE</c>, except where the caller is banned.
    /// </summary>
    public int StatusCode { get; set; } = 429;

    /// <summary>Gets or sets the body; <see langword="null"/>, the default, for problem details (RFC 9457); empty for none.</summary>
    public string? Body { get; set; }

    /// <summary>Gets or sets the media type of <see cref="Body"/>, such as <c>application/json</c>; the default is <c>text/plain; charset=utf-8</c>.</summary>
    public string ContentType { get; set; } = "text/plain; charset=utf-8";

    internal RejectionOptions Copy() => (RejectionOptions)MemberwiseClone();
}
