namespace RateLimitHeaders.AspNetCore;

/// <summary>Tells decisions about callers with batches, and settles them afterwards: in the batch, or else in the store.</summary>
internal sealed class BatchSettlement(BatchCalls calls, BatchCallers callers, BatchCollector collector, BatchTuning tuning)
{
    private IReadOnlyList<Quota> Quotas => calls.Context.Plan.Quotas;

    /// <summary>Decides as the store did.</summary>
    public static void Decide(RateLimitDecision decision, RateLimitDecision answer, BatchCaller caller)
    {
        decision.CopyFrom(answer);
        decision.State = new BatchDecision(answer, caller);
    }

    /// <summary>Admits a request out of a batch. The lock of the caller is held.</summary>
    public void Tell(RateLimitDecision decision, BatchShare share, RateLimitDecision answer, long now)
    {
        var caller = share.Caller;
        var latest = caller.Latest?.Decision ?? answer;
        var since = Math.Max(0, now - latest.TakenAt);
        decision.Begin(Quotas.Count);
        BatchedStatus.Write(latest, Quotas, caller.Left, since, caller.Lent, decision.StatusBuffer);
        decision.Acquire(now);
        decision.Batch = default;
        decision.HoldsPermits = false;

        // By the clock of the store, so that one window has one end on all servers.
        decision.StoreTime = latest.StoreTime?.AddTicks(since);
        decision.State = share;
    }

    /// <summary>Settles a request out of a batch.</summary>
    public ValueTask AdjustAsync(RateLimitDecision decision, BatchShare share, in AdjustArguments arguments)
    {
        var permits = arguments.Permits.Span[0];
        BatchDecision stored;
        lock (share.Caller.Sync)
        {
            var now = calls.Context.Clock.Now;
            if (!arguments.Permits.Span.ContainsAnyExcept(permits) && share.TryAdjust(permits, tuning.MaxBatch, now))
            {
                Tell(decision, share, share.Caller.Latest!.Decision, now);
                return default;
            }

            stored = share.ToStored();
            share.Caller.EndOverdue(now);
        }

        return AdjustStoredAsync(decision, stored, arguments);
    }

    /// <summary>Settles a request that the store decided.</summary>
    public async ValueTask AdjustAsync(RateLimitDecision decision, BatchDecision stored, AdjustArguments arguments)
    {
        if (!decision.IsAcquired || await calls.AdjustAsync(stored, arguments) is not { } answer)
        {
            return;
        }

        var told = await CompleteAsync(stored.Caller, answer, arguments.Permits.Span.ContainsAnyInRange(1, long.MaxValue));
        var state = decision.State;
        decision.CopyFrom(told);
        decision.State = state;
    }

    private async ValueTask AdjustStoredAsync(RateLimitDecision decision, BatchDecision stored, AdjustArguments arguments)
    {
        // The store learns first that the batch has ended: until then a bucket takes nothing back of it.
        _ = collector.GiveBackAsync(stored.Caller);
        await AdjustAsync(decision, stored, arguments);
    }

    /// <summary>Adds what is held here to what the store says later.</summary>
    private async ValueTask<RateLimitDecision> CompleteAsync(BatchCaller caller, BatchAnswer answer, bool isCharge)
    {
        // The decision may be older than what is kept of its caller now.
        var present = callers.Find(caller.Principal) ?? caller;
        BatchRefill? underWay;
        lock (present.Sync)
        {
            underWay = present.Refill;
        }

        if (underWay is not null)
        {
            // What it brings counts as used in this answer already, and is not held yet.
            await underWay.Task;
        }

        bool isOwed;
        lock (present.Sync)
        {
            present.Note(answer);
            present.EndOverdue(calls.Context.Clock.Now);
            isOwed = isCharge && present.Left > 0 && answer.Decision.Statuses.ToArray().Any(status => status.Remaining == 0);
            if (isOwed)
            {
                present.EndAll();
            }
        }

        if (isOwed)
        {
            // More was charged, perhaps, than there was. What is held pays for it.
            await collector.GiveBackAsync(present);
        }

        lock (present.Sync)
        {
            var told = new RateLimitDecision();
            told.CopyFrom((present.Latest ?? answer).Decision);
            BatchedStatus.Write(told, Quotas, present.Left, since: 0, lent: 0, told.StatusBuffer);
            told.Acquire(told.TakenAt);
            return told;
        }
    }
}
