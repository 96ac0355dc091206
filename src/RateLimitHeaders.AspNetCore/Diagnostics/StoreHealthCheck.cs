using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Tells whether limits are counted in the store. It asks the store, unless an outage is known: a health check may be all the
/// traffic there is.
/// </summary>
internal sealed class StoreHealthCheck(StoreGuards guards, HealthStatus? failureStatus) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var all = guards.All;
        if (all.Count == 0)
        {
            return new HealthCheckResult(
                failureStatus ?? HealthStatus.Degraded,
                "No limits are counted in a store: none is registered, or the pipeline with UseRateLimitHeaders() is not built yet.");
        }

        foreach (var guard in all)
        {
            await guard.CheckAsync();
            if (guard.Outage is { } outage)
            {
                var isRejecting = guard.Options.WhenUnavailable == StoreUnavailable.Reject;
                return new HealthCheckResult(
                    failureStatus ?? (isRejecting ? HealthStatus.Unhealthy : HealthStatus.Degraded),
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{guard.Store.Name} cannot count since {outage.Since:u} ({outage.Cause.Reason}). Until it can, {guard.Meanwhile}."),
                    outage.Cause.Exception);
            }

            if (guard.RecentFault is { } fault)
            {
                return new HealthCheckResult(
                    failureStatus ?? HealthStatus.Degraded,
                    $"{guard.Store.Name} answered a call in the last minute with an error that waiting does not end: {fault.Reason}",
                    fault.Exception);
            }
        }

        return HealthCheckResult.Healthy($"Limits are counted in {string.Join(", ", all.Select(guard => guard.Store.Name))}.");
    }
}
