namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Has the permits of hot callers in batches here. A batch is charged in the store before it is used, and is used before the
/// store forgets it, so that no more than the limit is admitted.
/// </summary>
internal sealed class BatchingPartitions : PlanPartitions
{
    private readonly GuardedPartitions _next;
    private readonly BatchTuning _tuning;
    private readonly TimeSpan _deadline;
    private readonly BatchCalls _calls;
    private readonly BatchCallers _callers;
    private readonly BatchCollector _collector;
    private readonly BatchSettlement _settlement;

    /// <param name="next">Serves callers that are not hot. It is disposed with these.</param>
    /// <param name="tuning">How batches are taken.</param>
    /// <param name="deadline">How long a call takes at most.</param>
    public BatchingPartitions(GuardedPartitions next, BatchTuning tuning, TimeSpan deadline)
    {
        _next = next;
        _tuning = tuning;
        _deadline = deadline;
        _calls = new BatchCalls(next, tuning);
        _callers = new BatchCallers(tuning, deadline, next.Context.MaxPartitions);
        _collector = new BatchCollector(_calls, _callers, tuning, deadline);
        _settlement = new BatchSettlement(_calls, _callers, _collector, tuning);
    }

    /// <summary>Gets how many callers something is kept of here.</summary>
    public int Callers => _callers.Count;

    /// <summary>Gets how many calls are under way that no request waits for.</summary>
    public int CallsBehind => _collector.CallsUnderWay + _next.CallsBehind;

    /// <summary>Gets how many permits are held and not used.</summary>
    public long HeldPermits => _callers.All.Sum(caller =>
    {
        lock (caller.Sync)
        {
            return caller.Left;
        }
    });

    private long Now => _calls.Context.Clock.Now;

    public override ValueTask AcquireAsync(in AcquireArguments arguments, RateLimitDecision decision)
    {
        // A batch has one number for all quotas.
        var permits = arguments.Costs.Span[0];
        if (permits < 0
            || arguments.Costs.Span.ContainsAnyExcept(permits)
            || _callers.GetOrAdd(arguments.Principal, Now, out var isNew) is not { } caller)
        {
            return _next.AcquireAsync(arguments, decision);
        }

        if (isNew)
        {
            _collector.Watch();
        }

        BatchRefill? ahead = null;
        var isTaken = false;
        lock (caller.Sync)
        {
            isTaken = caller.HasLimits(arguments.Limits.Span) && TryTake(caller, permits, decision, out ahead);
        }

        RefillBehind(caller, ahead);
        return isTaken ? default : AskAsync(caller, permits, Own(arguments), decision);
    }

    public override async ValueTask PeekAsync(ReadOnlyMemory<PeekArguments> peeks, CancellationToken cancellationToken)
    {
        await _next.PeekAsync(peeks, cancellationToken);
        foreach (ref readonly var peek in peeks.Span)
        {
            // Without a time of the store, this server told it.
            if (peek.Decision.StoreTime is not null && _callers.Find(peek.Principal) is { } caller)
            {
                lock (caller.Sync)
                {
                    BatchedStatus.Write(peek.Decision, _calls.Context.Plan.Quotas, caller.Left, since: 0, lent: 0, peek.Decision.StatusBuffer);
                }
            }
        }
    }

    public override ValueTask AdjustAsync(RateLimitDecision decision, in AdjustArguments arguments) => decision.State switch
    {
        BatchShare share => _settlement.AdjustAsync(decision, share, arguments),
        BatchDecision stored => _settlement.AdjustAsync(decision, stored, arguments),
        _ => _next.AdjustAsync(decision, arguments),
    };

    public override ValueTask ReleaseAsync(RateLimitDecision decision) => _next.ReleaseAsync(decision);

    public override async ValueTask ResetAsync(RateLimitPrincipal principal, CancellationToken cancellationToken)
    {
        Forget(principal);
        await _next.ResetAsync(principal, cancellationToken);
        Forget(principal);
    }

    public override bool TryUpdate(PlanDefinition plan)
    {
        if (!_next.TryUpdate(plan))
        {
            return false;
        }

        foreach (var caller in _callers.All)
        {
            lock (caller.Sync)
            {
                caller.EndAll();
                caller.Size.Reset();
            }
        }

        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_callers.IsClosed)
        {
            _collector.Dispose();
            _next.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Copies what other requests use again while a call is under way.</summary>
    private static AcquireArguments Own(in AcquireArguments arguments) =>
        new(arguments.Principal, arguments.Costs.ToArray(), arguments.Limits.ToArray())
        {
            InitialLimits = arguments.InitialLimits,
            HttpContext = arguments.HttpContext,
            CancellationToken = arguments.CancellationToken,
        };

    private async ValueTask AskAsync(BatchCaller caller, long permits, AcquireArguments arguments, RateLimitDecision decision)
    {
        var started = Now;
        var limits = arguments.Limits.ToArray();
        while (true)
        {
            BatchRefill? others = null, own = null, ahead;
            bool isTaken;
            lock (caller.Sync)
            {
                caller.SetLimits(limits);
                isTaken = TryTake(caller, permits, decision, out ahead);
                if (!isTaken && _calls.IsAvailable && !caller.IsDropped)
                {
                    others = caller.Refill;
                    own = others is null ? Begin(caller, permits, Now) : null;
                }
            }

            RefillBehind(caller, ahead);
            if (isTaken)
            {
                return;
            }

            if (own is not null)
            {
                await RefillAsync(caller, own, arguments, decision);
                return;
            }

            // A request that has waited long, since others took what came, asks by itself.
            if (others is null || Now - started > _deadline.Ticks / 2)
            {
                await AskExactlyAsync(caller, arguments, decision);
                return;
            }

            await others.Task;
        }
    }

    /// <summary>Asks for no more than is used at once.</summary>
    private async ValueTask AskExactlyAsync(BatchCaller caller, AcquireArguments arguments, RateLimitDecision decision)
    {
        if (_calls.IsAvailable && await _calls.TakeAsync(arguments) is { } answer)
        {
            BatchSettlement.Decide(decision, answer, caller);
        }
        else
        {
            await _calls.FallBackAsync(arguments, decision);
        }
    }

    private async Task RefillAsync(BatchCaller caller, BatchRefill refill, AcquireArguments arguments, RateLimitDecision decision)
    {
        var (answer, batch) = await _calls.RefillAsync(
            caller, refill, (taken, batch) => _settlement.Tell(decision, new BatchShare(caller, batch, refill.Permits), taken, taken.TakenAt));
        if (caller.IsDropped)
        {
            _ = _collector.GiveBackAsync(caller);
        }

        if (answer is null)
        {
            await _calls.FallBackAsync(arguments, decision);
        }
        else if (batch is null)
        {
            BatchSettlement.Decide(decision, answer, caller);
        }
    }

    private void RefillBehind(BatchCaller caller, BatchRefill? ahead)
    {
        if (ahead is not null)
        {
            _ = _collector.RunBehindAsync(() => _calls.RefillAsync(caller, ahead));
        }
    }

    private static BatchRefill? Begin(BatchCaller caller, long permits, long now)
    {
        if (permits > 0)
        {
            caller.Size.Count(permits, now);
            caller.LastSeen = now;
        }

        return caller.Begin(permits, now);
    }

    private bool TryTake(BatchCaller caller, long permits, RateLimitDecision decision, out BatchRefill? ahead)
    {
        var now = Now;
        ahead = null;
        if (caller.Take(permits, now) is not { } batch)
        {
            return false;
        }

        _settlement.Tell(decision, new BatchShare(caller, batch, permits), batch.Answer, now);
        if (permits > 0)
        {
            caller.LastSeen = now;
            caller.Size.Count(permits, now);
            ahead = _calls.IsAvailable ? caller.BeginAhead(_tuning.MaxBatch, now) : null;
        }

        return true;
    }

    private void Forget(in RateLimitPrincipal principal)
    {
        if (_callers.Find(principal) is { } caller)
        {
            lock (caller.Sync)
            {
                caller.Forget();
            }
        }
    }
}
