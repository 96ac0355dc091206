namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Runs an action after a time without signals, or at the latest after a longer time: a file that is saved in pieces sends a signal for each,
/// and a provider may send signals all the time. It runs once at a time: all signals while it runs count as one at its end, or else an action
/// that takes longer than the signals are apart would occupy more and more threads.
/// </summary>
internal sealed class QuietDelay : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _quiet;
    private readonly TimeSpan _longest;
    private readonly Action _action;
    private readonly ITimer _timer;
    private long? _first;
    private bool _isRunning;
    private bool _isSignaledMeanwhile;

    /// <param name="timeProvider">The clock.</param>
    /// <param name="quiet">How long there must be no signal.</param>
    /// <param name="longest">The longest time for which the first signal waits.</param>
    /// <param name="action">The action, which throws nothing.</param>
    public QuietDelay(TimeProvider timeProvider, TimeSpan quiet, TimeSpan longest, Action action)
    {
        (_timeProvider, _quiet, _longest, _action) = (timeProvider, quiet, longest, action);
        _timer = timeProvider.CreateTimer(static delay => ((QuietDelay)delay!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Signal()
    {
        lock (_lock)
        {
            if (_isRunning)
            {
                _isSignaledMeanwhile = true;
                return;
            }

            _first ??= _timeProvider.GetTimestamp();
            var atMost = _longest - _timeProvider.GetElapsedTime(_first.Value);
            _timer.Change(TimeSpan.FromTicks(Math.Clamp(atMost.Ticks, 0, _quiet.Ticks)), Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void OnTimer()
    {
        lock (_lock)
        {
            if (_first is null)
            {
                // A call that had begun when a signal set the timer again has run the action.
                return;
            }

            _first = null;
            _isRunning = true;
        }

        _action();

        lock (_lock)
        {
            _isRunning = false;
            if (_isSignaledMeanwhile)
            {
                _isSignaledMeanwhile = false;
                Signal();
            }
        }
    }
}
