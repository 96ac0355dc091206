using System.Diagnostics.Metrics;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// The metrics of tests that look at none. Their meter has a name that nothing listens to: a listener to our meters by name, as
/// OpenTelemetry is, would hear of the instruments of all tests, and take minutes to know them.
/// </summary>
internal sealed class UnheardMetrics : IMeterFactory
{
    public static RateLimitMetrics Instance { get; } = new(new UnheardMetrics());

    public Meter Create(MeterOptions options) => new("Unheard");

    public void Dispose()
    {
    }
}
