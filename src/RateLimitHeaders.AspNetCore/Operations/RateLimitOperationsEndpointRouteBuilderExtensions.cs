using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RateLimitHeaders.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps endpoints that tell callers and operators of the limits of <c>AddRateLimitHeaders</c>.</summary>
public static class RateLimitOperationsEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps an endpoint that tells its caller where it stands under all policies: in GitHub's shape (<c>resources.{name}</c> with
    /// <c>limit</c>, <c>used</c>, <c>remaining</c> and <c>reset</c>, and <c>rate</c>), and beside it under <c>policies</c> each quota
    /// and whether responses carry rate limit headers for the caller, and if not why. The endpoint costs nothing, is never rejected,
    /// and tells nothing of other callers.
    /// </summary>
    /// <param name="endpoints">The endpoints.</param>
    /// <param name="pattern">The route, such as <c>/rate_limit</c>.</param>
    /// <returns>A builder of the endpoint, for example to require authorization.</returns>
    /// <exception cref="InvalidOperationException"><c>AddRateLimitHeaders</c> was not called.</exception>
    public static IEndpointConventionBuilder MapRateLimitStatus(this IEndpointRouteBuilder endpoints, string pattern)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ThrowIfWithoutLimits(endpoints, nameof(MapRateLimitStatus));
        return endpoints.MapGet(pattern, (RequestDelegate)StatusEndpoint.RunAsync)
            .WithDisplayName("Rate limit status")
            .WithMetadata(NeverLimited.Instance, new DisableRateLimitingAttribute());
    }

    private static void ThrowIfWithoutLimits(IEndpointRouteBuilder endpoints, string method)
    {
        if (endpoints.ServiceProvider.GetService<IServiceProviderIsService>()?.IsService(typeof(RateLimitRuntime)) != true)
        {
            throw new InvalidOperationException(
                $"{method} has no limits to tell of; call services.AddRateLimitHeaders(), with or without limits.");
        }
    }
}
