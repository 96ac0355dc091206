using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RateLimitHeaders.AspNetCore.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health check of limits that are counted in Redis.</summary>
public static class RateLimitHeadersRedisHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check that is healthy while limits are counted in Redis, and tells since when and why they are not.
    /// </summary>
    /// <param name="builder">The builder of health checks.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="failureStatus">
    /// The status while Redis does not count. By default <see cref="HealthStatus.Degraded"/>, since requests are answered all
    /// the same; <see cref="HealthStatus.Unhealthy"/> where they are refused meanwhile.
    /// </param>
    /// <param name="tags">Tags to choose checks by; none by default.</param>
    /// <returns>The builder.</returns>
    public static IHealthChecksBuilder AddRateLimitHeadersRedis(
        this IHealthChecksBuilder builder,
        string name = "rate-limit-headers-redis",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        builder.Services.TryAddSingleton<RedisGateways>();
        return builder.Add(new HealthCheckRegistration(
            name, services => new RedisHealthCheck(services.GetRequiredService<RedisGateways>(), failureStatus), failureStatus, tags));
    }
}
