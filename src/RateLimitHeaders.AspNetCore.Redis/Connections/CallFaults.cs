using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// Reports calls that fail by their own fault, such as an error in the script or a key that somebody else has used. Redis is
/// well, so that no outage begins, and other callers are counted there; the log says it once a minute, however many fail.
/// </summary>
internal sealed class CallFaults(TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan s_recently = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private Failure? _last;
    private long _lastAt;
    private long _reportedAt;
    private bool _isReported;

    /// <summary>Gets the last fault of the last minute; <see langword="null"/> if there is none.</summary>
    public Failure? Recent
    {
        get
        {
            lock (_lock)
            {
                return _last is not null && timeProvider.GetElapsedTime(_lastAt) < s_recently ? _last : null;
            }
        }
    }

    public void Report(Failure failure)
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

        Log.CallFailed(logger, failure.Reason, failure.Exception);
    }
}
