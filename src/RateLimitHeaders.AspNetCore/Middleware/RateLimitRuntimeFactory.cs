using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Creates the runtime from the options and services of an application.</summary>
internal static class RateLimitRuntimeFactory
{
    /// <summary>Creates the runtime of the limits that were registered as services.</summary>
    public static RateLimitRuntime Create(IServiceProvider services)
    {
        var reload = services.GetRequiredService<LimitsReload>();
        var mapped = services.GetRequiredService<MappedEndpoints>();
        var (areMapped, endpoints) = (mapped.AreMapped, mapped.Source);
        reload.Watch();
        var code = services.GetRequiredService<IOptionsMonitor<RateLimitHeadersOptions>>().CurrentValue;
        var options = services.GetRequiredService<ConfiguredLimits>().Over(code);
        var runtime = Create(services, options, endpoints);
        reload.Start(runtime, code, options, areMapped);
        return runtime;
    }

    /// <summary>Creates the runtime of limits that were configured in the pipeline.</summary>
    public static RateLimitRuntime Create(IServiceProvider services, Action<RateLimitsBuilder> configure)
    {
        var options = new RateLimitHeadersOptions();
        RateLimitsBuilder.Configure(options, services, configure);
        SetupWarnings.OfMissingServices(options, services);

        // A branch of a pipeline may be built before any endpoint is mapped, and it is not known here when all of them are.
        var endpoints = services.GetService<EndpointDataSource>();
        return Create(services, options, endpoints?.Endpoints.Count > 0 ? endpoints : null);
    }

    private static RateLimitRuntime Create(IServiceProvider services, RateLimitHeadersOptions options, EndpointDataSource? endpoints)
    {
        var store = services.GetService<RateLimitStore>();
        var definition = RateLimitDefinitionFactory.Create(options, services, endpoints, store);
        var metrics = new RateLimitMetrics(services.GetService<IMeterFactory>());
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(Log.Category);

        // A store is registered together with the guard, by the builder that AddRateLimitHeaders returns.
        var guard = store is null ? null : services.GetRequiredService<SharedStoreGuard>().GetOrCreate(
            () => new StoreGuard(store, definition.TimeProvider, metrics, logger));
        SetupWarnings.OfEndpoints(endpoints, services, logger);
        var runtime = new RateLimitRuntime(definition, guard, metrics, logger);
        SetupWarnings.OfUnusedPoliciesOnStart(runtime, services, logger);
        _ = guard?.WarmUpAsync(services.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None);
        return runtime;
    }
}
