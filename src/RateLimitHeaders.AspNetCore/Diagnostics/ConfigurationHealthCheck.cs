using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Returns whether the limits in force are those of configuration.</summary>
/// <param name="reload">What reads configuration again; <see langword="null"/> where the limits have no services.</param>
/// <param name="failureStatus">The status while they are not.</param>
internal sealed class ConfigurationHealthCheck(LimitsReload? reload, HealthStatus failureStatus) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (reload is null)
        {
            return new HealthCheckResult(
                failureStatus, "The limits are not read from configuration; call services.AddRateLimitHeaders(), with or without limits.");
        }

        if (reload.Status is not { } status)
        {
            return new HealthCheckResult(failureStatus, "No limits are in force: the pipeline with UseRateLimitHeaders() is not built yet.");
        }

        var inForce = string.Create(CultureInfo.InvariantCulture, $"in force since {status.InForceSince:u}");
        var data = new Dictionary<string, object> { ["inForceSince"] = status.InForceSince, ["ageInSeconds"] = reload.Age.TotalSeconds };
        if (status.LastFailure is { } last)
        {
            data["lastFailure"] = last.At;
        }

        return status is { IsFailing: true, LastFailure: { } failure }
            ? new HealthCheckResult(
                failureStatus,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Configuration that was read at {failure.At:u} cannot be used; the limits {inForce} are kept. {failure.Exception.Message}"),
                failure.Exception,
                data)
            : HealthCheckResult.Healthy($"The limits are those of configuration, {inForce}.", data);
    }
}
