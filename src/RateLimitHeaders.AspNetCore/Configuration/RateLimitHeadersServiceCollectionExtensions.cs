using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using RateLimitHeaders.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers rate limits that tell callers where they stand.</summary>
public static class RateLimitHeadersServiceCollectionExtensions
{
    /// <summary>
    /// Registers rate limits for <c>app.UseRateLimitHeaders()</c>. What several calls configure adds up, in their order.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">
    /// Configures the limits. It runs once, when the application starts; what is wrong stops the start-up with a
    /// <see cref="RateLimitConfigurationException"/>.
    /// </param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddRateLimitHeaders(this IServiceCollection services, Action<RateLimitHeadersBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddSingleton(new RateLimitConfiguration(configure));
        services.TryAddSingleton<UnusedLimitsWarning>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, UnusedLimitsWarning>(
            provider => provider.GetRequiredService<UnusedLimitsWarning>()));
        services.TryAddSingleton(provider => RateLimitConfiguration.Build(provider, provider.GetServices<RateLimitConfiguration>()));
        return services;
    }
}
