using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// Gives back in the background what callers have not used whose time is over or who have fallen silent, and forgets the
/// silent ones. One timer does it for all, while there are any.
/// </summary>
internal sealed class BatchCollector : IDisposable
{
    // Often enough that what a silent caller holds comes back after half of the hold time.
    private const int SweepsPerHoldTime = 4;

    // Nobody is hot who calls so rarely.
    private const int HoldTimesToForget = 2;

    private readonly PlanCalls _calls;
    private readonly LocalLeases _leases;
    private readonly TimeSpan _deadline;
    private readonly ConcurrentDictionary<RateLimitPrincipal, LocalCaller> _callers;
    private readonly Action<RateLimitPrincipal, LocalCaller> _drop;
    private readonly BusyTimer _timer;
    private int _callsUnderWay;

    /// <param name="calls">The calls of the plan.</param>
    /// <param name="leases">The settings.</param>
    /// <param name="deadline">How long a call takes at most.</param>
    /// <param name="callers">The callers.</param>
    /// <param name="drop">Removes one of them.</param>
    public BatchCollector(
        PlanCalls calls,
        LocalLeases leases,
        TimeSpan deadline,
        ConcurrentDictionary<RateLimitPrincipal, LocalCaller> callers,
        Action<RateLimitPrincipal, LocalCaller> drop)
    {
        _calls = calls;
        _leases = leases;
        _deadline = deadline;
        _callers = callers;
        _drop = drop;
        _timer = new BusyTimer(calls.Plan.TimeProvider, leases.HoldTime / SweepsPerHoldTime, Sweep, () => !callers.IsEmpty);
    }

    /// <summary>Gets how many calls are under way that nobody waits for.</summary>
    public int CallsUnderWay => Volatile.Read(ref _callsUnderWay);

    /// <summary>To be called when there is a new caller.</summary>
    public void Watch() => _timer.Start();

    /// <summary>Runs what nobody waits for. What it would throw is nobody's fault but this library's, and lost for all but a debugger.</summary>
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

    /// <summary>Tells Redis what has ended. If it does not hear it, time ends it: asked again, it might give back twice.</summary>
    public Task GiveBackAsync(LocalCaller caller)
    {
        IReadOnlyList<Batch> ended;
        lock (caller.Sync)
        {
            ended = caller.TakeEnded();
        }

        return ended.Count == 0 ? Task.CompletedTask : RunBehindAsync(() => EndAsync(caller, ended));
    }

    /// <summary>Gives everything back, and waits a little for Redis to hear it.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        var left = new List<LocalCaller>();
        foreach (var (principal, caller) in _callers)
        {
            lock (caller.Sync)
            {
                caller.IsDropped = true;
                caller.EndAll();
            }

            _drop(principal, caller);
            left.Add(caller);
        }

        // The connection is closed next, and takes along what was not sent. The calls themselves throw nothing, and run where
        // no context of the caller's waits for this one.
        Task.Run(() => Task.WhenAll(left.Select(GiveBackAsync))).Wait(_deadline);
    }

    private async Task EndAsync(LocalCaller caller, IReadOnlyList<Batch> ended)
    {
        if (await _calls.EndBatchesAsync(caller.Keys, ended) is { } answer)
        {
            lock (caller.Sync)
            {
                caller.Note(answer);
            }
        }
    }

    private void Sweep()
    {
        foreach (var (principal, caller) in _callers)
        {
            if (IsToGiveBack(principal, caller))
            {
                _ = GiveBackAsync(caller);
            }
        }
    }

    private bool IsToGiveBack(RateLimitPrincipal principal, LocalCaller caller)
    {
        lock (caller.Sync)
        {
            var now = _calls.Plan.TimeProvider.GetTimestamp();
            var silence = _calls.Plan.TimeProvider.GetElapsedTime(caller.LastSeen, now);
            caller.EndOverdue(now);
            if (silence >= _leases.HoldTime / SweepsPerHoldTime && !caller.IsEmpty)
            {
                caller.EndAll(isNewGeneration: false);
                caller.Size.Reset();
            }

            if (caller.IsEmpty && silence >= HoldTimesToForget * _leases.HoldTime)
            {
                caller.IsDropped = true;
                _drop(principal, caller);
            }

            // Along with a call that is under way, it would be no sooner there.
            return caller.HasEnded && caller.Refill is null;
        }
    }
}
