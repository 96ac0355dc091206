using RateLimitHeaders.AspNetCore;

namespace Microsoft.AspNetCore.Http;

/// <summary>Extension methods that get the rate limit decision about a request.</summary>
public static class RateLimitHttpContextExtensions
{
    /// <summary>
    /// Gets the decision about a request, to read it, and to charge more permits or give some back;
    /// <see langword="null"/> if <c>UseRateLimitHeaders()</c> has not run.
    /// </summary>
    /// <remarks>The feature is created when this is first called, so that it costs nothing for requests whose endpoints do not use it.</remarks>
    /// <param name="context">The request.</param>
    public static RateLimitFeature? GetRateLimitFeature(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ContextFeatures.RateLimit(context) switch
        {
            LimitedRequest request => request.FeatureOf(context),
            var unlimited => (RateLimitFeature?)unlimited,
        };
    }
}
