namespace RateLimitHeaders.AspNetCore;

/// <summary>Does something again and again while there is something to do. Otherwise no timer runs.</summary>
internal sealed class BusyTimer : IDisposable
{
    private readonly TimeSpan _interval;
    private readonly Action _run;
    private readonly Func<bool> _isBusy;
    private readonly ITimer _timer;
    private int _isSet;

    /// <param name="timeProvider">The clock.</param>
    /// <param name="interval">The time from one run to the next.</param>
    /// <param name="run">What to do. It runs once at a time.</param>
    /// <param name="isBusy">Whether there is something to do.</param>
    public BusyTimer(TimeProvider timeProvider, TimeSpan interval, Action run, Func<bool> isBusy)
    {
        _interval = interval;
        _run = run;
        _isBusy = isBusy;
        _timer = timeProvider.CreateTimer(static state => ((BusyTimer)state!).Run(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>To be called whenever there is something new to do, after <c>isBusy</c> tells it.</summary>
    public void Start()
    {
        // No earlier than what there is to do was written: otherwise neither side might see the other's.
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
                // Work that came between the two looks has not started the timer, since it was set.
                Interlocked.Exchange(ref _isSet, 0);
                if (_isBusy())
                {
                    Start();
                }
            }
        }
    }
}
