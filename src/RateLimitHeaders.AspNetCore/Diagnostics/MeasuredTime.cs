using System.Diagnostics.Metrics;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A request while it runs or waits: it is counted until its end, and timed. The default value measures nothing.</summary>
internal readonly struct MeasuredTime
{
    private readonly UpDownCounter<long>? _current;
    private readonly Histogram<double> _duration;
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly TimeProvider _timeProvider;
    private readonly long _started;
    private readonly bool _isCounted;
    private readonly bool _isTimed;

    /// <summary>Begins to measure.</summary>
    /// <param name="current">Counts the requests that run or wait.</param>
    /// <param name="duration">Records how long they did.</param>
    /// <param name="tags">The tags of the count.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="isTimed">Whether the duration is measured.</param>
    public MeasuredTime(
        UpDownCounter<long> current, Histogram<double> duration, KeyValuePair<string, object?>[] tags, TimeProvider timeProvider, bool isTimed)
    {
        (_current, _duration, _tags, _timeProvider, _isTimed) = (current, duration, tags, timeProvider, isTimed);
        _started = isTimed ? timeProvider.GetTimestamp() : 0;

        // A listener that is added in between must not see an end without a beginning.
        _isCounted = current.Enabled;
        current.Measure(1, tags);
    }

    public bool IsMeasured => _current is not null;

    /// <summary>Ends the time.</summary>
    /// <param name="result">The tags of the duration.</param>
    public void End(KeyValuePair<string, object?>[] result)
    {
        if (_isCounted)
        {
            _current!.Measure(-1, _tags);
        }

        if (_isTimed)
        {
            _duration.Measure(_timeProvider.GetElapsedTime(_started), result);
        }
    }
}
