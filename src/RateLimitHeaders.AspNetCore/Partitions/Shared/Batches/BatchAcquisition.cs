namespace RateLimitHeaders.AspNetCore;

/// <summary>Admits requests from batches, and requests more permits from the store.</summary>
/// <param name="calls">Calls the store.</param>
/// <param name="decisions">Writes decisions.</param>
/// <param name="collector">Gives back what is held, and runs what no request waits for.</param>
/// <param name="tuning">How batches are taken.</param>
internal sealed class BatchAcquisition(BatchCalls calls, BatchDecisions decisions, BatchCollector collector, BatchTuning tuning)
{
    /// <summary>Decides about a request that costs the same number of permits of all quotas.</summary>
    public ValueTask AcquireAsync(BatchCaller caller, long permits, in AcquireArguments arguments, RateLimitDecision decision)
    {
        BatchRefill? ahead = null;
        bool isTaken;
        lock (caller.Sync)
        {
            isTaken = caller.HasLimits(arguments.Limits.Span) && TryTake(caller, permits, arguments, decision, out ahead);
        }

        RefillAhead(caller, ahead);
        return isTaken ? default : AcquireBatchAsync(caller, permits, arguments, decision);
    }

    /// <summary>Decides about a request that no batch can serve, because its costs for the quotas differ or because it takes nothing.</summary>
    public async ValueTask AcquireExactlyAsync(BatchCaller caller, AcquireArguments arguments, RateLimitDecision decision)
    {
        lock (caller.Sync)
        {
            caller.SetLimits(arguments.Limits.Span);
        }

        await AcquireFromStoreAsync(caller, arguments, decision);

        // The store lacks the permits that this server holds: they are given back, and the store is called again.
        if (decision is { Outcome: RateLimitOutcome.Rejected, RetryAfter: not null, State: StoreDecision } && await GiveBackAllAsync(caller))
        {
            await AcquireFromStoreAsync(caller, arguments, decision);
        }
    }

    private async ValueTask AcquireBatchAsync(BatchCaller caller, long permits, AcquireArguments arguments, RateLimitDecision decision)
    {
        var started = calls.Now;
        while (true)
        {
            BatchRefill? others = null, own = null, ahead;
            bool isTaken;
            lock (caller.Sync)
            {
                caller.SetLimits(arguments.Limits.Span);
                isTaken = TryTake(caller, permits, arguments, decision, out ahead);
                if (!isTaken && calls.IsAvailable && !caller.IsDropped)
                {
                    others = caller.Refill;
                    own = others is null ? Begin(caller, permits, arguments) : null;
                }
            }

            RefillAhead(caller, ahead);
            if (isTaken)
            {
                return;
            }

            if (own is not null)
            {
                if (!await RefillAsync(caller, own, decision))
                {
                    await calls.FallBackAsync(arguments, decision);
                }

                return;
            }

            // A request that has waited long, because others took what came, calls the store itself.
            if (others is null || calls.Now - started > calls.Deadline.Ticks / 2)
            {
                await AcquireFromStoreAsync(caller, arguments, decision);
                return;
            }

            await others.Task;
        }
    }

    /// <summary>Requests only the permits that the request costs.</summary>
    private async ValueTask AcquireFromStoreAsync(BatchCaller caller, AcquireArguments arguments, RateLimitDecision decision)
    {
        if (calls.IsAvailable && await calls.TakeAsync(arguments) is { } answer)
        {
            // This answer may count a batch that is on its way as used. The server does not hold it yet.
            await caller.RefillUnderWay();
            decisions.Decide(decision, caller, answer);
        }
        else
        {
            await calls.FallBackAsync(arguments, decision);
        }
    }

    /// <summary>Gives back all held permits.</summary>
    /// <returns>Whether there were any.</returns>
    private async ValueTask<bool> GiveBackAllAsync(BatchCaller caller)
    {
        await caller.RefillUnderWay();
        lock (caller.Sync)
        {
            caller.Batches.EndAll();
            if (!caller.Batches.HasEnded)
            {
                return false;
            }
        }

        await collector.GiveBackAsync(caller);
        return true;
    }

    /// <summary>Requests a batch in advance; does nothing for <see langword="null"/>.</summary>
    private void RefillAhead(BatchCaller caller, BatchRefill? ahead)
    {
        if (ahead is not null)
        {
            _ = collector.RunBehindAsync(() => RefillAsync(caller, ahead, decision: null));
        }
    }

    /// <summary>Requests a batch.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="refill">The call.</param>
    /// <param name="decision">The decision about the request whose permits are used at once; <see langword="null"/> if there is none.</param>
    /// <returns>Whether there was an answer.</returns>
    private async Task<bool> RefillAsync(BatchCaller caller, BatchRefill refill, RateLimitDecision? decision)
    {
        var calledAt = calls.Now;
        BatchAnswer? answer = null;
        try
        {
            answer = await calls.TakeBatchAsync(caller.Principal, refill, late => GiveBackLate(caller.Principal, late));
        }
        finally
        {
            // Decided under the same lock that lets other requests use the batch, so that each of them sees another number.
            lock (caller.Sync)
            {
                EndRefill(caller, refill, answer, calledAt, decision);
            }

            refill.Complete();
        }

        if (caller.IsDropped)
        {
            _ = collector.GiveBackAsync(caller);
        }

        return answer is not null;
    }

    /// <summary>Gives back a batch that came too late to be used.</summary>
    private void GiveBackLate(in RateLimitPrincipal principal, RateLimitDecision late)
    {
        if (late is { IsAcquired: true, Batch.Extra: > 0 })
        {
            _ = collector.GiveBackAsync(principal, [new EndedBatch(late, late.Batch.Extra)]);
        }
    }

    private void EndRefill(BatchCaller caller, BatchRefill refill, BatchAnswer? answer, long calledAt, RateLimitDecision? decision)
    {
        var batch = answer is { Decision: { IsAcquired: true, Batch.Extra: > 0 } } ? new Batch(answer.Decision, calledAt) : null;
        if (answer is not null)
        {
            caller.KeepIfLater(answer);
        }

        caller.End(refill, batch);
        if (decision is null || answer is null)
        {
            return;
        }

        if (batch is null)
        {
            decisions.Decide(decision, caller, answer);
        }
        else
        {
            decisions.Admit(decision, new BatchedPermits(caller, batch, refill.Permits), answer.Decision.TakenAt);
        }
    }

    private BatchRefill? Begin(BatchCaller caller, long permits, in AcquireArguments arguments)
    {
        var now = calls.Now;
        if (permits > 0)
        {
            caller.Size.Count(permits, now);
            caller.LastSeen = now;
        }

        return caller.Begin(permits, arguments.InitialLimits, now);
    }

    private bool TryTake(
        BatchCaller caller, long permits, in AcquireArguments arguments, RateLimitDecision decision, out BatchRefill? ahead)
    {
        var now = calls.Now;
        ahead = null;
        if (caller.Batches.Take(permits, now) is not { } batch)
        {
            return false;
        }

        decisions.Admit(decision, new BatchedPermits(caller, batch, permits), now);
        if (permits > 0)
        {
            caller.LastSeen = now;
            caller.Size.Count(permits, now);
            ahead = calls.IsAvailable ? caller.BeginAhead(tuning.MaxBatch, arguments.InitialLimits, now) : null;
        }

        return true;
    }
}
