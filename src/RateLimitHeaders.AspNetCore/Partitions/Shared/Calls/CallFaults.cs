using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Reports calls that fail by their own fault, such as an error in a script or a key that holds something else. The store
/// works, so that no outage begins, and other callers are counted there; it is logged once a minute, however many fail.
/// </summary>
internal sealed class CallFaults(string store, TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan s_recently = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private StoreFailure? _last;
    private long _lastAt;
    private long _reportedAt;
    private bool _isReported;

    /// <summary>Gets the last fault of the last minute; <see langword="null"/> if there is none.</summary>
    public StoreFailure? Recent
    {
        get
        {
            lock (_lock)
            {
                return _last is not null && timeProvider.GetElapsedTime(_lastAt) < s_recently ? _last : null;
            }
        }
    }

    public void Report(StoreFailure failure)
    {
        lock (_lock)
        {
            _last = failure;
            _lastAt = timeProvider.GetTimestamp();
            if (_isReported && timeProvider.GetElapsedTime(_reportedAt) < s_recently)
            {
                return;
            }

            _isReported = true;
            _reportedAt = _lastAt;
        }

        Log.CallFailed(logger, store, failure.Reason, failure.Exception);
    }
}
