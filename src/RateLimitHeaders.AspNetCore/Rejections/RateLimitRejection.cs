using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A rejected request, as <see cref="RateLimitsBuilder.OnRejected"/> gets it.</summary>
public readonly struct RateLimitRejection
{
    internal RateLimitRejection(HttpContext httpContext, RateLimitFeature feature, TimeSpan? retryAfter)
    {
        HttpContext = httpContext;
        Feature = feature;
        RetryAfter = retryAfter;
    }

    /// <summary>
    /// Gets the request. The status (429 or that of <see cref="PolicyOptions.Rejection"/>, and 503 where the partitions failed),
    /// <c>Retry-After</c> and <c>Cache-Control</c> of its response are set and can be changed; the rate limit headers are added as it
    /// starts.
    /// </summary>
    public HttpContext HttpContext { get; }

    /// <summary>Gets what was decided, with the status of each quota.</summary>
    public RateLimitFeature Feature { get; }

    /// <summary>Gets what <c>Retry-After</c> says, in whole seconds; <see langword="null"/> if no wait helps or it is not known.</summary>
    public TimeSpan? RetryAfter { get; }
}
