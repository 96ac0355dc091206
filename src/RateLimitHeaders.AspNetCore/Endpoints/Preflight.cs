using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Recognises the requests by which browsers ask for permission (the Fetch standard, section 3.3.2). They are never charged where
/// nothing but CORS answers them; anything else could be asked without a limit by a request that looks like one.
/// </summary>
internal static class Preflight
{
    public static bool Is(HttpContext context, Endpoint? endpoint) =>
        context.Features[typeof(IHttpRequestFeature)] is IHttpRequestFeature request
        && HttpMethods.IsOptions(request.Method)
        && request.Headers.Origin.Count > 0
        && request.Headers.AccessControlRequestMethod.Count > 0
        && IsForCors(context, endpoint);

    // Routing has found an endpoint that leaves its preflights to CORS, or one that takes OPTIONS itself; or one of its own, which says
    // that no endpoint takes OPTIONS, and before which the middleware of CORS may still come. Without an endpoint, anything may answer.
    private static bool IsForCors(HttpContext context, Endpoint? endpoint) => endpoint is RouteEndpoint
        ? endpoint.Metadata.GetMetadata<ICorsMetadata>() is not null
        : endpoint is not null && context.RequestServices?.GetService(typeof(ICorsService)) is not null;
}
