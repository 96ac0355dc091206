namespace RateLimitHeaders.AspNetCore;

/// <summary>When responses carry rate limit headers. A rejection for which waiting helps always carries <c>Retry-After</c>.</summary>
public enum HeadersWhen
{
    /// <summary>On every response. This is the default.</summary>
    Always,

    /// <summary>On responses that leave the caller near a limit, and on rejections.</summary>
    NearLimit,

    /// <summary>Only on rejections.</summary>
    Rejected,

    /// <summary>On no response.</summary>
    Never,
}
