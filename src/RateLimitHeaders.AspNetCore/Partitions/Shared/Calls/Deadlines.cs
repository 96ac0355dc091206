namespace RateLimitHeaders.AspNetCore;

/// <summary>Ends the calls that are not answered in time. All have the same time, so they fall due in the order of their start.</summary>
/// <remarks>
/// One timer serves all calls, set for the oldest one in progress. It costs a call an entry in a queue, while a timer
/// for each would cost more than the rest of this library does; and it does not run while no call is in progress.
/// </remarks>
internal sealed class Deadlines : IDisposable
{
    // A timer that is later than this part of the deadline shows that this process was suspended, as in a garbage
    // collection: answers may be unread, and get that much more time, once.
    private const int GraceDivisor = 4;

    private readonly Lock _lock = new();
    private readonly Queue<StoreCall> _calls = new();
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _timer;
    private bool _isSet;
    private bool _hadGrace;
    private bool _isDisposed;

    public Deadlines(TimeSpan deadline, TimeProvider timeProvider)
    {
        Deadline = deadline;
        _timeProvider = timeProvider;
        _timer = timeProvider.CreateTimer(
            static state => ((Deadlines)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public TimeSpan Deadline { get; }

    /// <summary>Gets a value indicating whether a call waits for its answer.</summary>
    public bool IsWaiting
    {
        get
        {
            lock (_lock)
            {
                return _calls.Any(call => !call.IsDone);
            }
        }
    }

    public void Add(StoreCall call)
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                call.Abandon();
                return;
            }

            // Answers arrive in about the order of the calls, too, so that the queue stays as short as the number of calls
            // in progress.
            while (_calls.TryPeek(out var oldest) && oldest.IsDone)
            {
                _calls.Dequeue();
            }

            _calls.Enqueue(call);
            Set();
        }
    }

    /// <summary>Ends all calls, because nothing watches them any longer.</summary>
    public void Dispose()
    {
        StoreCall[] left;
        lock (_lock)
        {
            _isDisposed = true;
            left = [.. _calls];
            _calls.Clear();
        }

        _timer.Dispose();
        foreach (var call in left)
        {
            call.Abandon();
        }
    }

    private void OnTimer()
    {
        List<StoreCall>? late = null;
        lock (_lock)
        {
            _isSet = false;
            while (_calls.TryPeek(out var oldest) && (oldest.IsDone || Overdue(oldest) >= TimeSpan.Zero))
            {
                if (!oldest.IsDone)
                {
                    if (!_hadGrace && Overdue(oldest) > Deadline / GraceDivisor)
                    {
                        _hadGrace = true;
                        break;
                    }

                    (late ??= []).Add(oldest);
                }

                _calls.Dequeue();
            }

            Set();
        }

        foreach (var call in late ?? [])
        {
            call.Expire();
        }
    }

    private void Set()
    {
        if (_isSet || _isDisposed || !_calls.TryPeek(out var oldest))
        {
            return;
        }

        var due = -Overdue(oldest);
        if (due > TimeSpan.Zero)
        {
            _hadGrace = false;
        }

        // Timers count whole milliseconds and round them down.
        _isSet = true;
        _timer.Change(
            due > TimeSpan.Zero ? due + TimeSpan.FromMilliseconds(1) : Deadline / GraceDivisor, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Overdue(StoreCall call) => _timeProvider.GetElapsedTime(call.Started) - Deadline;
}
