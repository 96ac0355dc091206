using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Reports whether limits are counted in the store. It calls the store, unless an outage is known: health checks may be the only
/// traffic.
/// </summary>
/// <param name="shared">The guard of the store.</param>
/// <param name="failureStatus">The status while a store does not count; <see langword="null"/> for the one that matches the settings.</param>
internal sealed class StoreHealthCheck(SharedStoreGuard shared, HealthStatus? failureStatus) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (shared.Guard is not { } guard)
        {
            return new HealthCheckResult(
                failureStatus ?? HealthStatus.Degraded,
                "No limits are counted in a store: no store was added to AddRateLimitHeaders(…), or the pipeline with "
                + "UseRateLimitHeaders() is not built yet.");
        }

        if (await guard.CheckAsync())
        {
            await guard.InspectAsync(cancellationToken);
        }

        return Failure(guard) ?? HealthCheckResult.Healthy($"Limits are counted in {guard.Store.Name}.");
    }

    private HealthCheckResult? Failure(StoreGuard guard)
    {
        if (guard.Outage is { } outage)
        {
            var rejects = guard.Options.WhenUnavailable == StoreUnavailable.Reject;
            return new HealthCheckResult(
                failureStatus ?? (rejects ? HealthStatus.Unhealthy : HealthStatus.Degraded),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{guard.Store.Name} cannot count since {outage.Since:u} ({outage.Cause.Reason}). Until it can, {guard.Meanwhile}."),
                outage.Cause.Exception);
        }

        if (guard.RecentFault is { } fault)
        {
            return new HealthCheckResult(
                failureStatus ?? HealthStatus.Degraded,
                $"{guard.Store.Name} counts, but returned a non-transient error in the last minute: {fault.Reason}",
                fault.Exception);
        }

        return guard.Findings.Count > 0
            ? new HealthCheckResult(
                failureStatus ?? HealthStatus.Degraded, $"{guard.Store.Name} answers, but may count wrongly. {string.Join(' ', guard.Findings)}")
            : null;
    }
}
