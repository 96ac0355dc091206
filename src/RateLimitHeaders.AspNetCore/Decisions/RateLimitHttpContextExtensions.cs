using RateLimitHeaders.AspNetCore;

namespace Microsoft.AspNetCore.Http;

/// <summary>Gets what was decided about a request.</summary>
public static class RateLimitHttpContextExtensions
{
    /// <summary>
    /// Gets what was decided about a request, to read it, and to charge more permits or give some back;
    /// <see langword="null"/> where <c>UseRateLimitHeaders()</c> has not run.
    /// </summary>
    /// <remarks>It is made for the request when this is called first, so that requests whose endpoints do not ask for it cost nothing.</remarks>
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
