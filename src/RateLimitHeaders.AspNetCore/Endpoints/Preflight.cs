using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Recognises the requests by which browsers ask for permission (the Fetch standard, section 3.3.2). They are never charged.</summary>
internal static class Preflight
{
    public static bool Is(HttpContext context) =>
        context.Features[typeof(IHttpRequestFeature)] is IHttpRequestFeature request
        && HttpMethods.IsOptions(request.Method)
        && request.Headers.Origin.Count > 0
        && request.Headers.AccessControlRequestMethod.Count > 0;
}
