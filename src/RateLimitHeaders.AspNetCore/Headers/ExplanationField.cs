using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Shows a developer in the response why it carries no rate limit headers (<see cref="HeadersOptions.ExplainInDevelopment"/>).</summary>
internal static class ExplanationField
{
    public const string FieldName = "X-RateLimit-Explanation";

    /// <summary>Writes the field when the response starts.</summary>
    public static void Write(IHeaderDictionary headers, NoHeaders reason) =>
        headers[FieldName] = string.Concat($"{reason.Code}; {reason.Words}".Select(character => character is >= ' ' and <= '~' ? character : '?'));

    /// <summary>
    /// Writes the field when the response starts, so that an error page that clears the response keeps it; unless other limits decide before
    /// that, to which a branch leaves the request.
    /// </summary>
    public static void WriteLater(HttpContext context, NoHeaders reason)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.OnStarting(() =>
            {
                if (ReasonNow(context) == reason)
                {
                    Write(context.Response.Headers, reason);
                }

                return Task.CompletedTask;
            });
        }
    }

    private static NoHeaders? ReasonNow(HttpContext context) => ContextFeatures.RateLimit(context) switch
    {
        LimitedRequest request => request.Handling.Headers.WhyNone(request),
        RateLimitFeature feature => feature.WhyNone,
        _ => null,
    };
}
