using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A rejected request, as passed to <see cref="RateLimitsBuilder.OnRejected"/>.</summary>
public readonly struct RateLimitRejection
{
    internal RateLimitRejection(HttpContext httpContext, RateLimitFeature feature, TimeSpan? retryAfter)
    {
        HttpContext = httpContext;
        Feature = feature;
        RetryAfter = retryAfter;
    }

    /// <summary>
    /// Gets the request. The status (429 or that of <see cref="PolicyOptions.Rejection"/>, and 503 if the partitions failed; for gRPC calls
    /// 200, with the status of the call in <c>grpc-status</c>), <c>Retry-After</c> and <c>Cache-Control</c> of its response are set and can be
    /// changed; the rate limit headers are added when the response starts.
    /// </summary>
    public HttpContext HttpContext { get; }

    /// <summary>Gets the decision, with the status of each quota.</summary>
    public RateLimitFeature Feature { get; }

    /// <summary>Gets the value of <c>Retry-After</c>, in whole seconds; <see langword="null"/> if waiting does not help or it is not known.</summary>
    public TimeSpan? RetryAfter { get; }
}
