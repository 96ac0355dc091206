namespace RateLimitHeaders.AspNetCore;

/// <summary>A request while it waits in a queue, for <see cref="StockMetrics"/>. Its default value measures nothing.</summary>
internal readonly struct MeasuredWait
{
    private readonly StockMetrics? _metrics;
    private readonly StockTags _tags;
    private readonly TimeProvider _timeProvider;
    private readonly long _started;
    private readonly bool _isQueued;

    private MeasuredWait(StockMetrics metrics, StockTags tags, TimeProvider timeProvider)
    {
        _metrics = metrics;
        _tags = tags;
        _timeProvider = timeProvider;
        _started = timeProvider.GetTimestamp();

        // A listener that comes while the request waits must not see an end without a beginning.
        _isQueued = metrics.QueuedRequests.Enabled;
        metrics.QueuedRequests.Measure(1, tags.Lease);
    }

    /// <summary>Begins to measure, if something listens.</summary>
    public static MeasuredWait Start(StockMetrics metrics, StockTags tags, TimeProvider timeProvider) =>
        metrics.MeasuresQueues ? new(metrics, tags, timeProvider) : default;

    /// <summary>Ends the wait of a request that was decided about.</summary>
    public void End(RateLimitOutcome outcome) => End(_tags?.Of(outcome));

    /// <summary>Ends the wait of a request whose caller hung up.</summary>
    public void Cancel() => End(_tags?.Canceled);

    private void End(KeyValuePair<string, object?>[]? result)
    {
        if (_metrics is null)
        {
            return;
        }

        if (_isQueued)
        {
            _metrics.QueuedRequests.Measure(-1, _tags.Lease);
        }

        _metrics.TimeInQueue.Measure(_timeProvider.GetElapsedTime(_started), result!);
    }
}
