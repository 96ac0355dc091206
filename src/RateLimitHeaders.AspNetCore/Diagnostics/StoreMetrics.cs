using System.Diagnostics.Metrics;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The metrics of a store, under the meter of <see cref="RateLimitMetrics"/>. No tag carries an id of a caller.</summary>
internal sealed class StoreMetrics
{
    public const string DurationName = "rate_limit_headers.store.call.duration";
    public const string FailuresName = "rate_limit_headers.store.failures";
    public const string AvailableName = "rate_limit_headers.store.available";
    public const string FallbackName = "rate_limit_headers.store.fallback_decisions";
    public const string RememberedName = "rate_limit_headers.store.remembered_rejections";

    private readonly Histogram<double> _durations;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _fallbacks;
    private readonly Counter<long> _remembered;
    private readonly KeyValuePair<string, object?> _store;
    private readonly KeyValuePair<string, object?>[] _tags;

    /// <param name="meter">The meter.</param>
    /// <param name="store">The name of the store.</param>
    /// <param name="isAvailable">Returns whether the store counts.</param>
    public StoreMetrics(Meter meter, string store, Func<bool> isAvailable)
    {
        _store = new("store", store);
        _tags = [_store];
        _durations = meter.CreateHistogram<double>(
            DurationName,
            "s",
            "How long calls of the store took, answered or not. Requests that come at the same moment may share one.",
            advice: new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1] });
        _failures = meter.CreateCounter<long>(
            FailuresName, "{call}", "Calls without an answer, by kind: deadline, connection, server (it cannot count now) or call (the call itself is wrong).");
        meter.CreateObservableGauge(
            AvailableName,
            () => new Measurement<int>(isAvailable() ? 1 : 0, _store),
            "{store}",
            "1 while the store counts, 0 while this server counts without it.");
        _fallbacks = meter.CreateCounter<long>(
            FallbackName, "{request}", "Requests that were decided about without the store, because it could not count them.");
        _remembered = meter.CreateCounter<long>(
            RememberedName, "{request}", "Requests that were rejected from memory, because the store had rejected their caller before.");
    }

    /// <summary>Gets the tags of requests of a plan that is counted in the store.</summary>
    public KeyValuePair<string, object?>[] TagsOf(PartitionsContext context) => [_store, .. context.Tags];

    /// <summary>Counts a request that was decided about without the store.</summary>
    public void FellBack(KeyValuePair<string, object?>[] tags) => _fallbacks.Measure(1, tags);

    /// <summary>Counts a request that was rejected from memory.</summary>
    public void Remembered(KeyValuePair<string, object?>[] tags) => _remembered.Measure(1, tags);

    public void Called(TimeProvider timeProvider, long started)
    {
        if (_durations.Enabled)
        {
            _durations.Measure(timeProvider.GetElapsedTime(started), _tags);
        }
    }

    public void Failed(StoreFailureKind kind)
    {
        if (_failures.Enabled)
        {
            _failures.Measure(1, [_store, new("kind", NameOf(kind))]);
        }
    }

    private static string NameOf(StoreFailureKind kind) => kind switch
    {
        StoreFailureKind.Deadline => "deadline",
        StoreFailureKind.Connection => "connection",
        StoreFailureKind.Server => "server",
        _ => "call",
    };
}
