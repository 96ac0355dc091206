using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RateLimitHeaders.AspNetCore;

/// <summary>What messages and checks read of endpoints.</summary>
internal static class EndpointExtensions
{
    /// <summary>Returns the display name of an endpoint, or else its route: endpoints of static assets have an empty name.</summary>
    public static string? NameOrRoute(this Endpoint endpoint) =>
        string.IsNullOrEmpty(endpoint.DisplayName) ? (endpoint as RouteEndpoint)?.RoutePattern.RawText : endpoint.DisplayName;

    /// <summary>
    /// Returns whether routing replaces an endpoint by the action or page to which it leads, so that no middleware gets it, as for
    /// <c>MapFallbackToController</c>, <c>MapFallbackToPage</c> and <c>MapDynamicControllerRoute</c>.
    /// </summary>
    public static bool IsDynamic(this Endpoint endpoint) => endpoint.Metadata.GetMetadata<IDynamicEndpointMetadata>()?.IsDynamic == true;
}
