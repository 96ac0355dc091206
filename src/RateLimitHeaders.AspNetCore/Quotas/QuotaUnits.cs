namespace RateLimitHeaders.AspNetCore;

/// <summary>The quota units that draft-ietf-httpapi-ratelimit-headers defines ("Quota Unit Parameter").</summary>
public static class QuotaUnits
{
    /// <summary>Requests: <c>requests</c>. This is the default.</summary>
    public const string Requests = "requests";

    /// <summary>Bytes of content: <c>content-bytes</c>.</summary>
    public const string ContentBytes = "content-bytes";

    /// <summary>Requests that run at the same time: <c>concurrent-requests</c>.</summary>
    public const string ConcurrentRequests = "concurrent-requests";
}
