using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What the library measures with one meter factory.</summary>
internal sealed class RecordedMeasurements : IDisposable
{
    private readonly ConcurrentQueue<(string Name, double Value, string Tags)> _measurements = [];
    private readonly MeterListener _listener = new();

    public RecordedMeasurements(IMeterFactory factory, string meter = RateLimitMetrics.MeterName)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == meter && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Gets all measurements but those of durations, each as a line.</summary>
    public string[] Lines => [.. _measurements.Select(measurement =>
        FormattableString.Invariant($"{measurement.Name} {(measurement.Name.Contains("duration") || measurement.Name.Contains("time_in") ? "" : measurement.Value)} {measurement.Tags}").Trim())];

    /// <summary>Records what a host measures from now on.</summary>
    public static RecordedMeasurements Of(TestApi api, string meter = RateLimitMetrics.MeterName) =>
        new(api.Services.GetRequiredService<IMeterFactory>(), meter);

    /// <summary>Gets the measurements of an instrument, with all their tags.</summary>
    public (double Value, string Tags)[] Of(string name) =>
        [.. _measurements.Where(measurement => measurement.Name == name).Select(measurement => (measurement.Value, measurement.Tags))];

    /// <summary>Reads the instruments that measure only when they are read.</summary>
    public void Observe() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measurements.Enqueue((instrument.Name, value, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
}
