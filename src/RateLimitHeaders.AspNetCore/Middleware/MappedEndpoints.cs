using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Knows whether all endpoints are mapped. Until the web server runs the code of the pipeline, the source of endpoints exists and is
/// empty. Limits that are needed earlier, as by a service of the application that starts first, are checked against the endpoints later.
/// </summary>
internal sealed class MappedEndpoints(IServiceProvider services) : IStartupFilter
{
    private volatile bool _areMapped;

    /// <summary>Gets a value indicating whether all endpoints are mapped.</summary>
    public bool AreMapped => _areMapped || !HasServer;

    /// <summary>Gets the endpoints; <see langword="null"/> while not all of them are mapped, or if there is no routing.</summary>
    public EndpointDataSource? Source => AreMapped ? services.GetService<EndpointDataSource>() : null;

    // Without a server, no start-up filter is called: code builds the pipeline by hand when it is complete.
    private bool HasServer => services.GetService<IServiceProviderIsService>()?.IsService(typeof(IServer)) == true;

    /// <summary>Records that all endpoints are mapped, and checks limits against them that are already in force.</summary>
    /// <exception cref="RateLimitConfigurationException">The limits cannot work with the endpoints.</exception>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        _areMapped = true;
        services.GetRequiredService<LimitsReload>().CheckEndpoints();

        // Creating the filter creates the runtime before the server starts, so that policies of hubs are checked even if no pipeline has the middleware.
        services.GetService<HubInvocationFilter>();
    };
}
