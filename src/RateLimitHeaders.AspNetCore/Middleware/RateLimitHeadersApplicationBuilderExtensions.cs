using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RateLimitHeaders.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Extension methods that add the middleware, which limits requests and shows in responses how much of their limits is left.</summary>
public static class RateLimitHeadersApplicationBuilderExtensions
{
    private const string UsedKey = "RateLimitHeaders.AspNetCore.Used";

    // Where UseRouting() leaves the route builder of its pipeline.
    private const string RouteBuilderKey = "__EndpointRouteBuilder";

    /// <summary>
    /// Adds the middleware with the limits of <c>services.AddRateLimitHeaders(…)</c>. Call it after <c>UseRouting()</c>,
    /// <c>UseForwardedHeaders()</c> and <c>UseAuthentication()</c>, because it reads their results. Limits that cannot work stop the
    /// start-up with a <see cref="RateLimitConfigurationException"/>.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <returns>The application.</returns>
    /// <exception cref="InvalidOperationException">
    /// <c>AddRateLimitHeaders</c> was not called, or the middleware is already in this pipeline.
    /// </exception>
    public static IApplicationBuilder UseRateLimitHeaders(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (app.ApplicationServices.GetService<UnusedLimitsWarning>() is not { } warning)
        {
            throw new InvalidOperationException(
                "UseRateLimitHeaders() has no limits; call services.AddRateLimitHeaders(limits => …), "
                + "or app.UseRateLimitHeaders(limits => …) with the limits.");
        }

        warning.AreUsed = true;
        return Use(app, static services =>
        {
            var runtime = services.GetRequiredService<RateLimitRuntime>();
            services.GetRequiredService<LimitsReload>().CheckEndpoints();
            return runtime;
        });
    }

    /// <summary>
    /// Adds the middleware with limits that are configured here. Call it after <c>UseRouting()</c>, <c>UseForwardedHeaders()</c>
    /// and <c>UseAuthentication()</c>, because it reads their results. Limits that cannot work stop the start-up with a
    /// <see cref="RateLimitConfigurationException"/>.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="configure">Configures the limits.</param>
    /// <returns>The application.</returns>
    /// <remarks>
    /// Without <c>services.AddRateLimitHeaders()</c>, no configuration section is read, and
    /// <see cref="HeadersOptions.ExposeToBrowsers"/> has no effect; each is logged as a warning. These limits must contain the policies that the
    /// endpoints of all branches require. For branches with endpoints and policies of their own, call
    /// <c>services.AddRateLimitHeaders(limits => …)</c> with all policies. A decision of a branch is final; limits after the branch decide only
    /// requests that the branch does not limit.
    /// </remarks>
    /// <exception cref="InvalidOperationException">
    /// <c>AddRateLimitHeaders</c> was also called with limits, or the middleware is already in this pipeline.
    /// </exception>
    public static IApplicationBuilder UseRateLimitHeaders(this IApplicationBuilder app, Action<RateLimitsBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(configure);
        if (app.ApplicationServices.GetService<RegisteredLimits>() is not null)
        {
            throw new InvalidOperationException(
                "UseRateLimitHeaders(limits => …) has limits, and so has AddRateLimitHeaders; "
                + "give all limits in AddRateLimitHeaders and call UseRateLimitHeaders().");
        }

        if (app.ApplicationServices.GetService<PipelineLimits>() is { } limits)
        {
            limits.Set(configure);
            return UseRateLimitHeaders(app);
        }

        return Use(app, services =>
        {
            var runtime = RateLimitRuntimeFactory.Create(services, configure);
            services.GetService<IHostApplicationLifetime>()?.ApplicationStopped.Register(runtime.Dispose);
            return runtime;
        });
    }

    private static IApplicationBuilder Use(IApplicationBuilder app, Func<IServiceProvider, RateLimitRuntime> getRuntime)
    {
        // Branches inherit these properties and do not share them. So a trunk and its branch conflict, and two branches do not.
        if (!app.Properties.TryAdd(UsedKey, true))
        {
            throw new InvalidOperationException(
                "UseRateLimitHeaders() is called twice in one pipeline, which would charge every request twice; remove one of the calls.");
        }

        var services = app.ApplicationServices;
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(Log.Category);

        if (HasEndpoints(app))
        {
            Log.AfterEndpoints(logger);
        }

        // Created with the pipeline: after all endpoints were mapped, so that they can be checked, and before the server starts.
        return app.Use(next => new RateLimitHeadersMiddleware(next, getRuntime(services), logger).InvokeAsync);
    }

    // UseEndpoints() adds the data sources of the pipeline to those of the application. A WebApplication does so after its pipeline is complete.
    private static bool HasEndpoints(IApplicationBuilder app) =>
        app.Properties.TryGetValue(RouteBuilderKey, out var found) && found is IEndpointRouteBuilder routes
        && app.ApplicationServices.GetService<EndpointDataSource>() is CompositeEndpointDataSource added
        && added.DataSources.Any(routes.DataSources.Contains);
}
