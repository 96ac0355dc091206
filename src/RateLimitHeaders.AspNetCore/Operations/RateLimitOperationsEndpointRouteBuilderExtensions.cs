using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RateLimitHeaders.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Extension methods that map endpoints for callers and operators about the limits of <c>AddRateLimitHeaders</c>.</summary>
public static class RateLimitOperationsEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps an endpoint that returns the caller's standings under all policies: in GitHub's format (<c>resources.{name}</c> with
    /// <c>limit</c>, <c>used</c>, <c>remaining</c> and <c>reset</c>, and <c>rate</c>), and in addition, under <c>policies</c>, each quota
    /// and whether responses carry rate limit headers for the caller, and if not, why. The endpoint costs nothing, is never rejected,
    /// and returns nothing about other callers.
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
            .WithMetadata(new OperationsMetadata(IsForOperators: false), new DisableRateLimitingAttribute());
    }

    /// <summary>
    /// Maps <see cref="IRateLimitOperator"/> for operators: a page at the route itself, and the same as JSON below it. An
    /// authorization policy must be named, here or by <c>RequireAuthorization("…")</c> on the result: without one, or if it does not exist,
    /// the start-up fails with a <see cref="RateLimitConfigurationException"/>. The endpoints are not limited.
    /// </summary>
    /// <param name="endpoints">The endpoints.</param>
    /// <param name="pattern">The route, such as <c>/operations/rate-limits</c>.</param>
    /// <param name="authorizationPolicy">The name of the authorization policy that operators satisfy.</param>
    /// <returns>A builder of all these endpoints.</returns>
    /// <exception cref="InvalidOperationException"><c>AddRateLimitHeaders</c> was not called.</exception>
    public static IEndpointConventionBuilder MapRateLimitOperations(
        this IEndpointRouteBuilder endpoints, string pattern, string? authorizationPolicy = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ThrowIfWithoutLimits(endpoints, nameof(MapRateLimitOperations));
        var group = endpoints.MapGroup(pattern);
        group.MapGet("", (RequestDelegate)OperationsPage.WriteAsync);
        group.MapGet("/policies", (RequestDelegate)OperationsEndpoints.PoliciesAsync);
        group.MapGet("/callers", (RequestDelegate)OperationsEndpoints.CallersAsync);
        group.MapGet("/caller", (RequestDelegate)OperationsEndpoints.CallerAsync);
        group.MapPost("/caller/reset", (RequestDelegate)OperationsEndpoints.ResetAsync);
        group.MapPost("/caller/grant", (RequestDelegate)OperationsEndpoints.GrantAsync);
        group.MapPost("/caller/ban", (RequestDelegate)OperationsEndpoints.BanAsync);
        group.MapPost("/caller/lift-ban", (RequestDelegate)OperationsEndpoints.LiftBanAsync);
        group.WithMetadata(new OperationsMetadata(IsForOperators: true), new DisableRateLimitingAttribute());
        if (!string.IsNullOrEmpty(authorizationPolicy))
        {
            group.RequireAuthorization(authorizationPolicy);
        }

        ((IEndpointConventionBuilder)group).Finally(OperationsAuthorization.Check);
        return group;
    }

    private static void ThrowIfWithoutLimits(IEndpointRouteBuilder endpoints, string method)
    {
        if (endpoints.ServiceProvider.GetService<IServiceProviderIsService>()?.IsService(typeof(RateLimitRuntime)) != true)
        {
            throw new InvalidOperationException(
                $"{method} has no limits to report; call services.AddRateLimitHeaders(), with or without limits.");
        }
    }
}
