namespace RateLimitHeaders.AspNetCore;

/// <summary>Runs an action repeatedly while there is work. Otherwise no timer runs.</summary>
internal sealed class BusyTimer : IDisposable
{
    private readonly TimeSpan _interval;
    private readonly Action _run;
    private readonly Func<bool> _isBusy;
    private readonly ITimer _timer;
    private int _isSet;

    /// <param name="timeProvider">The clock.</param>
    /// <param name="interval">The time from one run to the next.</param>
    /// <param name="run">The action. It runs once at a time.</param>
    /// <param name="isBusy">Returns whether there is work.</param>
    public BusyTimer(TimeProvider timeProvider, TimeSpan interval, Action run, Func<bool> isBusy)
    {
        _interval = interval;
        _run = run;
        _isBusy = isBusy;

        // It is not part of the activity and the scopes of the log of a request that creates it, and the clock does not keep an object that
        // nothing else uses: the host may not have been stopped.
        using AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        _timer = timeProvider.CreateTimer(
            static state => (((WeakReference<BusyTimer>)state!).TryGetTarget(out var timer) ? timer : null)?.Run(),
            new WeakReference<BusyTimer>(this),
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>Must be called whenever there is new work, after <c>isBusy</c> reports it.</summary>
    public void Start()
    {
        // No earlier than the new work was written: otherwise neither side might see the other's.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isSet) == 0 && Interlocked.Exchange(ref _isSet, 1) == 0)
        {
            _timer.Change(_interval, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Run()
    {
        try
        {
            _run();
        }
        finally
        {
            if (_isBusy())
            {
                _timer.Change(_interval, Timeout.InfiniteTimeSpan);
            }
            else
            {
                // Work that was added between the two checks has not started the timer, because it was set.
                Interlocked.Exchange(ref _isSet, 0);
                if (_isBusy())
                {
                    Start();
                }
            }
        }
    }
}
