namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Runs an action after a time without signals, or at the latest after a longer time: a file that is saved in pieces sends a signal for each,
/// and a provider may send signals all the time.
/// </summary>
internal sealed class QuietDelay : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _quiet;
    private readonly TimeSpan _most;
    private readonly Action _action;
    private readonly ITimer _timer;
    private long _last;
    private long? _first;

    /// <param name="timeProvider">The clock.</param>
    /// <param name="quiet">How long there must be no signal.</param>
    /// <param name="most">The longest time for which the first signal waits.</param>
    /// <param name="action">The action, which throws nothing.</param>
    public QuietDelay(TimeProvider timeProvider, TimeSpan quiet, TimeSpan most, Action action)
    {
        (_timeProvider, _quiet, _most, _action) = (timeProvider, quiet, most, action);
        _timer = timeProvider.CreateTimer(static delay => ((QuietDelay)delay!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Signal()
    {
        lock (_lock)
        {
            _last = _timeProvider.GetTimestamp();
            if (_first is null)
            {
                _first = _last;
                _timer.Change(_quiet, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void OnTimer()
    {
        lock (_lock)
        {
            if (_first is not { } first)
            {
                return;
            }

            var untilQuiet = _quiet - _timeProvider.GetElapsedTime(_last);
            var untilMost = _most - _timeProvider.GetElapsedTime(first);
            var wait = untilQuiet < untilMost ? untilQuiet : untilMost;
            if (wait > TimeSpan.Zero)
            {
                _timer.Change(wait, Timeout.InfiniteTimeSpan);
                return;
            }

            _first = null;
        }

        _action();
    }
}
