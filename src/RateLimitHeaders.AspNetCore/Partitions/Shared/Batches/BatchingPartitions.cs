namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Keeps permits of hot callers in batches here. A batch is charged in the store before it is used, and is used before the
/// store drops it, so that no more than the limit is admitted.
/// </summary>
internal sealed class BatchingPartitions : PlanPartitions
{
    private readonly GuardedPartitions _next;
    private readonly BatchCalls _calls;
    private readonly BatchCallers _callers;
    private readonly BatchCollector _collector;
    private readonly BatchDecisions _decisions;
    private readonly BatchAcquisition _acquisition;
    private readonly BatchSettlement _settlement;

    /// <param name="next">Serves callers that are not hot. It is disposed with these.</param>
    /// <param name="tuning">How batches are taken.</param>
    public BatchingPartitions(GuardedPartitions next, BatchTuning tuning)
    {
        _next = next;
        _calls = new BatchCalls(next, tuning);
        _callers = new BatchCallers(tuning, _calls.Deadline, next.Context.MaxPartitions);
        _collector = new BatchCollector(_calls, _callers, tuning);
        _decisions = new BatchDecisions(next.Context.Plan.Quotas);
        _acquisition = new BatchAcquisition(_calls, _decisions, _collector, tuning);
        _settlement = new BatchSettlement(_calls, _callers, _decisions, _collector, tuning);
    }

    /// <summary>Gets the partitions that serve callers that are not hot.</summary>
    public GuardedPartitions Next => _next;

    /// <summary>Gets the number of callers for which data is kept here.</summary>
    public int Callers => _callers.Count;

    /// <summary>Gets the number of calls in progress that no request waits for.</summary>
    public int CallsBehind => _collector.CallsUnderWay + _next.CallsBehind;

    /// <summary>Gets the number of permits that are held and not used.</summary>
    public long HeldPermits => _callers.All.Sum(caller =>
    {
        lock (caller.Sync)
        {
            return caller.Batches.Left;
        }
    });

    public override ValueTask AcquireAsync(in AcquireArguments arguments, RateLimitDecision decision)
    {
        // A batch has one number for all quotas.
        var permits = arguments.Costs.Span[0];
        if (permits < 0 || arguments.Costs.Span.ContainsAnyExcept(permits))
        {
            return _callers.Find(arguments.Principal) is { } known
                ? _acquisition.AcquireExactlyAsync(known, arguments, decision)
                : _next.AcquireAsync(arguments, decision);
        }

        if (_callers.GetOrAdd(arguments.Principal, _calls.Now, out var isNew) is not { } caller)
        {
            return _next.AcquireAsync(arguments, decision);
        }

        if (isNew)
        {
            _collector.Watch();
        }

        return _acquisition.AcquireAsync(caller, permits, arguments, decision);
    }

    public override async ValueTask PeekAsync(PeekArguments arguments, CancellationToken cancellationToken)
    {
        if (await _calls.PeekAsync(arguments, cancellationToken) is not { } order || _callers.Find(arguments.Principal) is not { } caller)
        {
            return;
        }

        // This answer may count a batch that is on its way as used. The server does not hold it yet.
        await caller.RefillUnderWay();
        lock (caller.Sync)
        {
            _decisions.Peek(arguments, caller, order);
        }
    }

    public override ValueTask AdjustAsync(RateLimitDecision decision, in AdjustArguments arguments) => decision.State switch
    {
        BatchedPermits batched => _settlement.AdjustAsync(decision, batched, arguments),
        StoreDecision stored => _settlement.AdjustAsync(decision, stored, arguments),
        _ => _next.AdjustAsync(decision, arguments),
    };

    public override ValueTask ReleaseAsync(RateLimitDecision decision) => _next.ReleaseAsync(decision);

    public override async ValueTask ResetAsync(RateLimitPrincipal principal, CancellationToken cancellationToken)
    {
        var ended = Forget(principal);
        try
        {
            await _next.ResetAsync(principal, cancellationToken);
        }
        catch
        {
            // It may not have been cleared there, and then the held permits come back.
            _ = _collector.GiveBackAsync(principal, ended);
            throw;
        }

        // Batches that arrived in the meantime: a store knows which batches it has cleared.
        _ = _collector.GiveBackAsync(principal, Forget(principal));
    }

    public override async ValueTask GrantAsync(RateLimitPrincipal principal, ReadOnlyMemory<long> permits, CancellationToken cancellationToken)
    {
        // Permits that are held here count as used in the store, and the caller has not used them.
        await _collector.GiveBackAsync(principal, Forget(principal));
        await _next.GrantAsync(principal, permits, cancellationToken);
        _ = _collector.GiveBackAsync(principal, Forget(principal));
    }

    public override ValueTask<CallerListing> ListAsync(ListArguments arguments, CancellationToken cancellationToken) =>
        _next.ListAsync(arguments, cancellationToken);

    public override bool TryUpdate(PlanDefinition plan)
    {
        if (!_next.TryUpdate(plan))
        {
            return false;
        }

        _settlement.Update(plan);
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

    private IReadOnlyList<EndedBatch> Forget(in RateLimitPrincipal principal)
    {
        if (_callers.Find(principal) is not { } caller)
        {
            return [];
        }

        lock (caller.Sync)
        {
            caller.Forget();
            return caller.Batches.TakeEnded();
        }
    }
}
