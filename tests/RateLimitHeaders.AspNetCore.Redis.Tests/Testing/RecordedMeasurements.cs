using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>What one meter measures.</summary>
internal sealed class RecordedMeasurements : IDisposable
{
    private readonly ConcurrentQueue<(string Name, double Value, string? Kind)> _measurements = [];
    private readonly MeterListener _listener = new();

    public RecordedMeasurements(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == RedisMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    public (double Value, string? Kind)[] Of(string name)
    {
        if (name == RedisMetrics.AvailableName)
        {
            _listener.RecordObservableInstruments();
        }

        return [.. _measurements.Where(measurement => measurement.Name == name).Select(measurement => (measurement.Value, measurement.Kind))];
    }

    public void Dispose() => _listener.Dispose();

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        // The only tag there is: none tells who was calling.
        Assert.All(tags.ToArray(), tag => Assert.Equal("kind", tag.Key));
        _measurements.Enqueue((instrument.Name, value, tags.IsEmpty ? null : (string?)tags[0].Value));
    }
}
