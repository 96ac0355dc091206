using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RateLimitHeaders.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that add health checks of limits that are counted in a store, and of limits from configuration.</summary>
public static class RateLimitHeadersHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check that is healthy while limits are counted in the store (<see cref="RateLimitStore"/>), and otherwise reports since when,
    /// and why, they are not.
    /// </summary>
    /// <param name="builder">The builder of health checks.</param>
    /// <param name="name">The name of the check; the default is <c>rate-limit-headers-store</c>.</param>
    /// <param name="failureStatus">
    /// The status while the store does not count. By default it is <see cref="HealthStatus.Degraded"/>, because requests are still
    /// answered; it is <see cref="HealthStatus.Unhealthy"/> if they are rejected until the store counts again (<see cref="StoreUnavailable.Reject"/>).
    /// </param>
    /// <param name="tags">Tags to choose checks by; none by default.</param>
    /// <returns>The builder of health checks.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public static IHealthChecksBuilder AddRateLimitHeadersStore(
        this IHealthChecksBuilder builder,
        string name = "rate-limit-headers-store",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        builder.Services.TryAddSingleton<SharedStoreGuard>();
        return builder.Add(new HealthCheckRegistration(
            name, services => new StoreHealthCheck(services.GetRequiredService<SharedStoreGuard>(), failureStatus), failureStatus, tags));
    }

    /// <summary>
    /// Adds a check that is healthy while the limits in force are those of configuration. It reports since when they are in force,
    /// and the first 50 errors while changed configuration cannot be used and the previous limits are kept.
    /// </summary>
    /// <param name="builder">The builder of health checks.</param>
    /// <param name="name">The name of the check; the default is <c>rate-limit-headers-configuration</c>.</param>
    /// <param name="failureStatus">
    /// The status while configuration cannot be used. By default it is <see cref="HealthStatus.Degraded"/>, because requests are still
    /// limited.
    /// </param>
    /// <param name="tags">Tags to choose checks by; none by default.</param>
    /// <returns>The builder of health checks.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    /// <remarks>Requires <c>services.AddRateLimitHeaders()</c>.</remarks>
    public static IHealthChecksBuilder AddRateLimitHeadersConfiguration(
        this IHealthChecksBuilder builder,
        string name = "rate-limit-headers-configuration",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var failing = failureStatus ?? HealthStatus.Degraded;
        return builder.Add(new HealthCheckRegistration(
            name, services => new ConfigurationHealthCheck(services.GetService<LimitsReload>(), failing), failing, tags));
    }
}
