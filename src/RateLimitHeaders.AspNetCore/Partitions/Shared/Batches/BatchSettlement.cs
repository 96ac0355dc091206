namespace RateLimitHeaders.AspNetCore;

/// <summary>Charges and gives back after a decision: in the batch from which the request was admitted, or else in the store.</summary>
/// <param name="calls">Calls the store.</param>
/// <param name="callers">The callers with batches.</param>
/// <param name="decisions">Writes decisions.</param>
/// <param name="collector">Gives back held permits.</param>
/// <param name="tuning">The settings of batches.</param>
internal sealed class BatchSettlement(
    BatchCalls calls, BatchCallers callers, BatchDecisions decisions, BatchCollector collector, BatchTuning tuning)
{
    private volatile bool _isBounded = IsBounded(calls.Context.Plan);

    /// <summary>Continues with a new definition of the plan.</summary>
    public void Update(PlanDefinition plan) => _isBounded = IsBounded(plan);

    /// <summary>Settles a request from a batch.</summary>
    public ValueTask AdjustAsync(RateLimitDecision decision, BatchedPermits batched, in AdjustArguments arguments)
    {
        StoreDecision stored;
        lock (batched.Caller.Sync)
        {
            var now = calls.Now;
            var permits = arguments.Permits.Span[0];
            if (!arguments.Permits.Span.ContainsAnyExcept(permits) && batched.TryAdjust(permits, tuning.MaxBatch, now))
            {
                decisions.Admit(decision, batched, now);
                return default;
            }

            stored = batched.ToStored();
            batched.Caller.Batches.EndOverdue(now);
        }

        // The end of the batch is first reported to the store: until then a bucket takes nothing of it back.
        _ = collector.GiveBackAsync(batched.Caller);
        return AdjustAsync(decision, stored, arguments);
    }

    /// <summary>Settles a request in the store, or in an outage of it.</summary>
    public async ValueTask AdjustAsync(RateLimitDecision decision, StoreDecision stored, AdjustArguments arguments)
    {
        if (decision.IsAcquired && !calls.IsAvailable)
        {
            await calls.AdjustInOutageAsync(decision, stored, arguments);
            return;
        }

        var isCharge = arguments.Permits.Span.ContainsAnyInRange(1, long.MaxValue);
        if (isCharge && _isBounded && callers.Find(decision.Caller) is { } holder)
        {
            // Permits that are held here count as used in the store, and are not owed.
            lock (holder.Sync)
            {
                holder.EndAll();
            }

            await collector.GiveBackAsync(holder);
        }

        // Without an answer the decision keeps its statuses.
        if (!decision.IsAcquired || await calls.AdjustAsync(stored, arguments) is not { } answer)
        {
            decision.LeaveOut(0, arguments.Permits.Span);
            return;
        }

        if (callers.Find(decision.Caller) is { } caller)
        {
            await CompleteAsync(decision, caller, answer, isCharge);
        }
        else
        {
            var state = decision.State;
            decision.CopyFrom(answer.Decision);
            decision.State = state;
        }
    }

    private static bool IsBounded(PlanDefinition plan) => plan.Quotas.Any(quota => quota.MaxDebt is not null);

    /// <summary>Writes the store's statuses, and adds the permits that are held here.</summary>
    private async ValueTask CompleteAsync(RateLimitDecision decision, BatchCaller caller, BatchAnswer answer, bool isCharge)
    {
        // This answer may count a batch that is on its way as used. The server does not hold it yet.
        await caller.RefillUnderWay();
        bool isOwed;
        lock (caller.Sync)
        {
            caller.KeepIfLater(answer);
            caller.Batches.EndOverdue(calls.Now);
            isOwed = isCharge && caller.Batches.Left > 0 && BatchDecisions.HasNothingLeft(answer.Decision);
            if (isOwed)
            {
                caller.EndAll();
            }
        }

        if (isOwed)
        {
            // More may have been charged than was left. Held permits pay for it.
            await collector.GiveBackAsync(caller);
        }

        lock (caller.Sync)
        {
            decisions.Settle(decision, caller, answer);
        }
    }
}
