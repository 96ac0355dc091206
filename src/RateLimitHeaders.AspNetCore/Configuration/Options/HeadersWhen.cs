namespace RateLimitHeaders.AspNetCore;

/// <summary>When a response carries rate limit headers. A rejection for which waiting helps always carries <c>Retry-After</c>.</summary>
public enum HeadersWhen
{
    /// <summary>On every response, the default.</summary>
    Always,

    /// <summary>On responses that leave the caller near a limit, and on rejections.</summary>
    NearLimit,

    /// <summary>On rejections alone.</summary>
    Rejected,

    /// <summary>On none.</summary>
    Never,
}
