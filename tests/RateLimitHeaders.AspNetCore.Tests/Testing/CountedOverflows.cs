using System.Diagnostics.Metrics;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Counts the requests that went to a shared partition, by the metric of one plan.</summary>
internal sealed class CountedOverflows : IMeterFactory
{
    private readonly MeterListener _listener = new();
    private readonly Meter _meter = new(RateLimitMetrics.MeterName);
    private int _count;

    public CountedOverflows()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _meter && instrument.Name == PartitionMetrics.OverflowsName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref _count, (int)count));
        Metrics = new RateLimitMetrics(this);
        _listener.Start();
    }

    public RateLimitMetrics Metrics { get; }

    public int Count => _count;

    public Meter Create(MeterOptions options) => _meter;

    public void Dispose()
    {
        _listener.Dispose();
        Metrics.Dispose();
        _meter.Dispose();
    }
}
