using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// Tells whether limits are counted in Redis. It asks Redis, unless an outage is known: a health check may be all the traffic
/// there is.
/// </summary>
internal sealed class RedisHealthCheck(RedisGateways gateways, HealthStatus? failureStatus) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var all = gateways.All;
        if (all.Count == 0)
        {
            return new HealthCheckResult(
                failureStatus ?? HealthStatus.Degraded,
                "No limits are counted in Redis: limits.UseRedis(…) was not called, or the pipeline with UseRateLimitHeaders() is not built yet.");
        }

        foreach (var gateway in all)
        {
            await gateway.CheckAsync();
            if (gateway.Outage is { } outage)
            {
                return new HealthCheckResult(
                    failureStatus ?? (gateway.Settings.RefusesMeanwhile ? HealthStatus.Unhealthy : HealthStatus.Degraded),
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Redis cannot count since {outage.Since:u} ({outage.Cause.Reason}). Until it can, {gateway.Settings.Meanwhile}."),
                    outage.Cause.Exception);
            }

            if (gateway.RecentFault is { } fault)
            {
                return new HealthCheckResult(
                    failureStatus ?? HealthStatus.Degraded,
                    $"Redis is well, but answered a call in the last minute with an error that no waiting mends: {fault.Reason}",
                    fault.Exception);
            }
        }

        return HealthCheckResult.Healthy("Limits are counted in Redis.");
    }
}
