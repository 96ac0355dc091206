using System.Diagnostics.Metrics;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The metrics of configuration that changes, under the meter of <see cref="RateLimitMetrics"/>.</summary>
internal sealed class ReloadMetrics
{
    public const string ReloadsName = "rate_limit_headers.configuration.reloads";
    public const string AgeName = "rate_limit_headers.configuration.age";
    public const string ValidName = "rate_limit_headers.configuration.valid";

    private readonly Counter<long> _reloads;

    public ReloadMetrics(Meter meter, LimitsReload reload)
    {
        _reloads = meter.CreateCounter<long>(
            ReloadsName, "{reload}", "How often changed configuration was read, by outcome: applied, unchanged, or failed, which leaves the limits as they are.");
        meter.CreateObservableGauge(
            AgeName,
            () => reload.Age.TotalSeconds,
            "s",
            "How long the limits in force have been in force.");
        meter.CreateObservableGauge(
            ValidName,
            () => reload.Status!.IsFailing ? 0 : 1,
            "{configuration}",
            "1 while the limits in force are those of configuration, 0 while configuration as it was read last cannot be used.");
    }

    public void Reloaded(string outcome) => _reloads.Measure(1, [new("outcome", outcome)]);
}
