using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Knows whether all endpoints are mapped. Until the web server has the code of the pipeline run, the source of endpoints is there and
/// empty: limits that are asked for earlier, as by a service of the application that starts first, are checked against the endpoints later.
/// </summary>
internal sealed class MappedEndpoints(IServiceProvider services) : IStartupFilter
{
    private volatile bool _areMapped;

    /// <summary>Gets a value indicating whether all endpoints are mapped.</summary>
    public bool AreMapped => _areMapped || !HasServer;

    /// <summary>Gets the endpoints; <see langword="null"/> while not all of them are mapped, or if there is no routing.</summary>
    public EndpointDataSource? Source => AreMapped ? services.GetService<EndpointDataSource>() : null;

    // Without one, no start-up filter is asked: code builds the pipeline by hand when it is complete.
    private bool HasServer => services.GetService<IServiceProviderIsService>()?.IsService(typeof(IServer)) == true;

    /// <summary>Notes that all endpoints are mapped, and checks limits against them that are in force already.</summary>
    /// <exception cref="RateLimitConfigurationException">The limits cannot work with the endpoints.</exception>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        _areMapped = true;
        services.GetRequiredService<LimitsReload>().CheckEndpoints();

        // Making the filter makes the runtime before the server starts, so that what hubs require is checked even where no pipeline has the middleware.
        services.GetService<HubInvocationFilter>();
    };
}
