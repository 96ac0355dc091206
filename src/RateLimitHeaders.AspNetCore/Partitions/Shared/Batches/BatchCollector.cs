namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Gives back in the background the unused permits of callers whose batch has expired or that send no requests, and drops the
/// silent ones. One timer does it for all, while there are any.
/// </summary>
internal sealed class BatchCollector : IDisposable
{
    // Often enough that permits of a silent caller come back after half of the hold time.
    private const int SweepsPerHoldTime = 4;

    // A caller with such rare requests is not hot.
    private const int HoldTimesToForget = 2;

    private readonly BatchCalls _calls;
    private readonly BatchCallers _callers;
    private readonly BatchTuning _tuning;
    private readonly BusyTimer _timer;
    private int _callsUnderWay;

    /// <param name="calls">The calls of the plan.</param>
    /// <param name="callers">The callers.</param>
    /// <param name="tuning">How batches are taken.</param>
    public BatchCollector(BatchCalls calls, BatchCallers callers, BatchTuning tuning)
    {
        _calls = calls;
        _callers = callers;
        _tuning = tuning;
        _timer = new BusyTimer(calls.Context.TimeProvider, tuning.HoldTime / SweepsPerHoldTime, Sweep, () => !callers.IsEmpty);
    }

    /// <summary>Gets the number of calls in progress that no request waits for.</summary>
    public int CallsUnderWay => Volatile.Read(ref _callsUnderWay);

    /// <summary>To be called when there is a new caller.</summary>
    public void Watch() => _timer.Start();

    /// <summary>Runs work that no request waits for.</summary>
    public async Task RunBehindAsync(Func<Task> run)
    {
        Interlocked.Increment(ref _callsUnderWay);
        try
        {
            await run();
        }
        finally
        {
            Interlocked.Decrement(ref _callsUnderWay);
        }
    }

    /// <summary>Gives back the ended batches of a caller.</summary>
    public Task GiveBackAsync(BatchCaller caller)
    {
        IReadOnlyList<EndedBatch> ended;
        lock (caller.Sync)
        {
            ended = caller.Batches.TakeEnded();
        }

        return GiveBackAsync(caller.Principal, ended);
    }

    /// <summary>
    /// Reports to the store which batches have ended, after an outage if there is one. A call without an answer is not repeated, because the
    /// permits might come back twice; the batch then ends by time.
    /// </summary>
    public Task GiveBackAsync(RateLimitPrincipal principal, IReadOnlyList<EndedBatch> ended)
    {
        if (ended.Count == 0)
        {
            return Task.CompletedTask;
        }

        if (_calls.IsAvailable)
        {
            return RunBehindAsync(() => EndAsync(principal, ended));
        }

        if (_callers.Find(principal) is { } caller)
        {
            lock (caller.Sync)
            {
                caller.Batches.Keep(ended);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Gives back all permits, and waits briefly for the store to record it.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        _callers.Close();
        var left = new List<BatchCaller>();
        foreach (var caller in _callers.All)
        {
            lock (caller.Sync)
            {
                caller.IsDropped = true;
                caller.EndAll();
            }

            _callers.Drop(caller);
            left.Add(caller);
        }

        // The store is disposed next, and with it calls that were not sent. The calls themselves throw nothing, and run where no
        // context waits for this one.
        Task.Run(() => Task.WhenAll(left.Select(GiveBackAsync))).Wait(_calls.Deadline);
    }

    private async Task EndAsync(RateLimitPrincipal principal, IReadOnlyList<EndedBatch> ended)
    {
        if (await _calls.EndAsync(principal, ended) is { } answer && _callers.Find(principal) is { } caller)
        {
            lock (caller.Sync)
            {
                caller.KeepIfLater(answer);
            }
        }
    }

    private void Sweep()
    {
        foreach (var caller in _callers.All)
        {
            if (IsToGiveBack(caller))
            {
                _ = GiveBackAsync(caller);
            }
        }
    }

    private bool IsToGiveBack(BatchCaller caller)
    {
        lock (caller.Sync)
        {
            var now = _calls.Context.Clock.Now;
            var silence = new TimeSpan(now - caller.LastSeen);
            caller.Batches.EndOverdue(now);
            if (silence >= _tuning.HoldTime / SweepsPerHoldTime && !caller.IsEmpty)
            {
                caller.Batches.EndAll();
                caller.Size.Reset();
            }

            if (caller.IsEmpty && silence >= HoldTimesToForget * _tuning.HoldTime)
            {
                caller.IsDropped = true;
                _callers.Drop(caller);
            }

            // Together with a call in progress, it would arrive no sooner.
            return caller.Batches.HasEnded && caller.Refill is null;
        }
    }
}
