using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RateLimitHeaders.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health checks of limits that are counted in a store, and of limits that come from configuration.</summary>
public static class RateLimitHeadersHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check that is healthy while limits are counted in the store (<see cref="RateLimitStore"/>), and tells since when
    /// and why they are not.
    /// </summary>
    /// <param name="builder">The builder of health checks.</param>
    /// <param name="name">The name of the check; the default is <c>rate-limit-headers-store</c>.</param>
    /// <param name="failureStatus">
    /// The status while the store does not count. By default <see cref="HealthStatus.Degraded"/>, since requests are answered
    /// all the same; <see cref="HealthStatus.Unhealthy"/> where they are rejected meanwhile (<see cref="StoreUnavailable.Reject"/>).
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
    /// Adds a check that is healthy while the limits in force are those of configuration. It tells since when they are in force,
    /// and all errors while changed configuration cannot be used and the limits before it stay.
    /// </summary>
    /// <param name="builder">The builder of health checks.</param>
    /// <param name="name">The name of the check; the default is <c>rate-limit-headers-configuration</c>.</param>
    /// <param name="failureStatus">
    /// The status while configuration cannot be used. By default <see cref="HealthStatus.Degraded"/>, since requests are limited
    /// all the same.
    /// </param>
    /// <param name="tags">Tags to choose checks by; none by default.</param>
    /// <returns>The builder of health checks.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    /// <remarks>It needs <c>services.AddRateLimitHeaders()</c>.</remarks>
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
