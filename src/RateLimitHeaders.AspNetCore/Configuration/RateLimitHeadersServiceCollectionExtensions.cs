using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RateLimitHeaders.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that register rate limits; responses show callers how much of them is left.</summary>
public static class RateLimitHeadersServiceCollectionExtensions
{
    /// <summary>
    /// Registers rate limits for <c>app.UseRateLimitHeaders()</c>. Several calls, and
    /// <c>services.Configure&lt;RateLimitHeadersOptions&gt;(…)</c>, add up in their order. The section <c>RateLimitHeaders</c> of the
    /// registered configuration, or those of <see cref="RateLimitHeadersConfigurationExtensions.LoadFromConfiguration"/>, take precedence
    /// over them, and are read again whenever they change.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">
    /// Configures the limits. It runs once, when the application starts; errors stop the start-up with a
    /// <see cref="RateLimitConfigurationException"/>, even if no pipeline uses the limits.
    /// </param>
    /// <returns>A builder with which stores and other additions are registered.</returns>
    public static IRateLimitHeadersBuilder AddRateLimitHeaders(this IServiceCollection services, Action<RateLimitsBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<RateLimitHeadersOptions>();
        if (configure is not null)
        {
            services.TryAddSingleton<RegisteredLimits>();
            options.Configure<IServiceProvider>((settings, provider) => RateLimitsBuilder.Configure(settings, provider, configure));
        }

        if (services.All(service => service.ServiceType != typeof(UnusedLimitsWarning)))
        {
            options.ValidateOnStart();
            services.AddLogging();
            services.AddSingleton<GeneratedSecret>();
            services.AddSingleton<ConfiguredLimits>();
            services.AddSingleton<LimitsReload>();
            options.Configure<PipelineLimits, IServiceProvider>((settings, limits, provider) => limits.Configure(settings, provider));
            services.AddSingleton<PipelineLimits>();
            services.TryAddSingleton<SharedStoreGuard>();
            services.AddSingleton<MappedEndpoints>();
            services.AddSingleton<IStartupFilter>(provider => provider.GetRequiredService<MappedEndpoints>());
            services.AddSingleton<IStartupFilter, BrowserExposure>();
            services.AddSingleton<IPostConfigureOptions<RateLimiterOptions>, StockPolicyNames>();
            services.AddSingleton<IValidateOptions<RateLimitHeadersOptions>, RateLimitHeadersOptionsValidator>();
            services.AddSingleton(RateLimitRuntimeFactory.Create);
            services.AddSingleton<IRateLimitOperator, RateLimitOperator>();
            services.AddSingleton<IRateLimitCatalog, RateLimitCatalog>();
            services.AddSingleton<UnusedLimitsWarning>();
            services.AddHostedService<OperationsAuthorization>();
            services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<UnusedLimitsWarning>());
        }

        return new RateLimitHeadersBuilder(services);
    }
}
