using System.Diagnostics.Metrics;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The metrics: those under the meter <c>RateLimitHeaders.AspNetCore</c>, and those of ASP.NET Core, under its own meter. No tag
/// carries an id of a caller. The page <c>docs/metrics.md</c> lists all of them (a test compares it).
/// </summary>
internal sealed class RateLimitMetrics : IDisposable
{
    public const string MeterName = "RateLimitHeaders.AspNetCore";
    public const string BansName = "rate_limit_headers.bans";

    private readonly Meter[] _owned;
    private readonly Counter<long> _bans;

    /// <param name="factory">Creates the meters, and owns them; <see langword="null"/> if the application has none.</param>
    public RateLimitMetrics(IMeterFactory? factory)
    {
        Meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        var stock = factory?.Create(StockMetrics.MeterName) ?? new Meter(StockMetrics.MeterName);
        _owned = factory is null ? [Meter, stock] : [];
        Requests = new RequestTelemetry(Meter, new StockMetrics(stock));
        Partitions = PartitionMetrics.Of(Meter);
        _bans = Meter.CreateCounter<long>(BansName, "{ban}", "Callers that this server has banned because they continued after rejections.");
    }

    /// <summary>Gets the meter, for the metrics of parts that not every application uses.</summary>
    public Meter Meter { get; }

    public RequestTelemetry Requests { get; }

    public PartitionMetrics Partitions { get; }

    public void Banned(KeyValuePair<string, object?>[] tags) => _bans.Measure(1, tags);

    public void Dispose()
    {
        foreach (var meter in _owned)
        {
            meter.Dispose();
        }
    }
}
