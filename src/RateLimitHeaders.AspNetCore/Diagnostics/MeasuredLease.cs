namespace RateLimitHeaders.AspNetCore;

/// <summary>An admitted request while it runs, for <see cref="StockMetrics"/>. Its default value measures nothing.</summary>
internal readonly struct MeasuredLease
{
    private readonly StockMetrics? _metrics;
    private readonly StockTags _tags;
    private readonly TimeProvider _timeProvider;
    private readonly long _started;
    private readonly bool _isTimed;
    private readonly bool _isActive;

    private MeasuredLease(StockMetrics metrics, StockTags tags, TimeProvider timeProvider)
    {
        _metrics = metrics;
        _tags = tags;
        _timeProvider = timeProvider;
        _isTimed = metrics.LeaseDuration.Enabled;
        _started = _isTimed ? timeProvider.GetTimestamp() : 0;

        // A listener that comes while the request runs must not see an end without a beginning.
        _isActive = metrics.ActiveLeases.Enabled;
        metrics.ActiveLeases.Measure(1, tags.Lease);
    }

    /// <summary>Begins to measure, if something listens.</summary>
    public static MeasuredLease Start(StockMetrics metrics, StockTags tags, TimeProvider timeProvider) =>
        metrics.MeasuresLeases ? new(metrics, tags, timeProvider) : default;

    public void End()
    {
        if (_metrics is null)
        {
            return;
        }

        if (_isActive)
        {
            _metrics.ActiveLeases.Measure(-1, _tags.Lease);
        }

        if (_isTimed)
        {
            _metrics.LeaseDuration.Measure(_timeProvider.GetElapsedTime(_started), _tags.Lease);
        }

        _metrics.Requests.Measure(1, _tags.Of(RateLimitOutcome.Acquired));
    }
}
