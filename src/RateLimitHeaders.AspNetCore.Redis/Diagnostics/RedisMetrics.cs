using System.Diagnostics.Metrics;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The metrics, under the meter <c>RateLimitHeaders.AspNetCore.Redis</c>. No tag carries an id of a caller.</summary>
internal sealed class RedisMetrics : IDisposable
{
    public const string MeterName = "RateLimitHeaders.AspNetCore.Redis";
    public const string DurationName = "rate_limit_headers.redis.call.duration";
    public const string FailuresName = "rate_limit_headers.redis.failures";
    public const string AvailableName = "rate_limit_headers.redis.available";

    private readonly Meter _meter;
    private readonly Histogram<double> _durations;
    private readonly Counter<long> _failures;

    public RedisMetrics(IMeterFactory? factory)
    {
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _durations = _meter.CreateHistogram<double>(
            DurationName,
            "s",
            "How long calls of Redis took, answered or not. Requests that come at the same moment may share one.",
            advice: new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1] });
        _failures = _meter.CreateCounter<long>(
            FailuresName, "{call}", "Calls without an answer, by kind: deadline, connection, server (its state forbids it) or call (its own fault).");
    }

    /// <summary>Has the gauge ask whether Redis is available.</summary>
    public void Observe(Func<bool> isAvailable) => _meter.CreateObservableGauge(
        AvailableName, () => isAvailable() ? 1 : 0, "{server}", "1 while Redis counts, 0 while it does not and this server does without.");

    public void Called(TimeProvider timeProvider, long started)
    {
        if (_durations.Enabled)
        {
            _durations.Record(timeProvider.GetElapsedTime(started).TotalSeconds);
        }
    }

    public void Failed(FailureKind kind)
    {
        if (_failures.Enabled)
        {
            _failures.Add(1, new KeyValuePair<string, object?>("kind", NameOf(kind)));
        }
    }

    public void Dispose() => _meter.Dispose();

    private static string NameOf(FailureKind kind) => kind switch
    {
        FailureKind.Deadline => "deadline",
        FailureKind.Connection => "connection",
        FailureKind.Server => "server",
        _ => "call",
    };
}
