namespace RateLimitHeaders.AspNetCore;

/// <summary>Writes decisions about callers of whose permits this server holds some. To the store, these are used.</summary>
/// <param name="quotas">The quotas of the plan.</param>
internal sealed class BatchDecisions(IReadOnlyList<Quota> quotas)
{
    /// <summary>Returns whether a quota has no permits left.</summary>
    public static bool HasNothingLeft(RateLimitDecision decision)
    {
        foreach (ref readonly var status in decision.Statuses)
        {
            if (status.Remaining == 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Admits a request from a batch. The lock of the caller is held.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="batched">The permits.</param>
    /// <param name="now">The present moment.</param>
    public void Admit(RateLimitDecision decision, BatchedPermits batched, long now)
    {
        var caller = batched.Caller;
        var latest = caller.Latest?.Decision ?? batched.Batch.Answer;
        var since = Math.Max(0, now - latest.TakenAt);
        Write(decision, latest, caller.Batches.Left, since, caller.Batches.Lent);
        decision.Acquire(now);

        // By the clock of the store, so that one window has one end on all servers.
        decision.StoreTime = latest.StoreTime?.AddTicks(since);
        decision.State = batched;
    }

    /// <summary>Decides as the store did.</summary>
    public void Decide(RateLimitDecision decision, BatchCaller caller, BatchAnswer answer)
    {
        decision.CopyFrom(answer.Decision);
        decision.State = new StoreDecision(answer.Decision);
        lock (caller.Sync)
        {
            caller.KeepIfLater(answer);

            // Unless there is a later answer: this one may not contain permits that were taken since.
            if (decision.IsAcquired && caller.Batches.Left > 0 && ReferenceEquals(caller.Latest, answer))
            {
                BatchedStatus.Write(decision, quotas, caller.Batches.Left, since: 0, lent: 0, decision.StatusBuffer);
            }
        }
    }

    /// <summary>Adds held permits to the statuses that were read. The lock of the caller is held.</summary>
    /// <param name="peek">The caller, and the statuses of the store.</param>
    /// <param name="caller">The caller.</param>
    /// <param name="order">The order of the call.</param>
    public void Peek(in PeekArguments peek, BatchCaller caller, long order)
    {
        var decision = peek.Decision;
        if (caller.Latest is not null && new BatchAnswer(decision, order).IsBefore(caller.Latest))
        {
            // It may not contain permits that were taken since.
            return;
        }

        // Held permits may exceed other limits than the caller's own, and the store does not report by how much.
        if (peek.Limits.IsEmpty || caller.HasLimits(peek.Limits.Span) || !HasNothingLeft(decision))
        {
            BatchedStatus.Write(decision, quotas, caller.Batches.Left, since: 0, lent: 0, decision.StatusBuffer);
        }
    }

    /// <summary>Writes the caller's statuses after a request was settled in the store. The lock of the caller is held.</summary>
    public void Settle(RateLimitDecision decision, BatchCaller caller, BatchAnswer answer)
    {
        var latest = (caller.Latest ?? answer).Decision;
        Write(decision, latest, caller.Batches.Left, since: 0, lent: 0);
        decision.Acquire(latest.TakenAt);
        decision.StoreTime = latest.StoreTime;
        decision.Uncharged = answer.Decision.Uncharged;
        decision.LeaveOut(0, answer.Decision.LeftOut);
    }

    private void Write(RateLimitDecision decision, RateLimitDecision latest, long held, long since, long lent)
    {
        decision.Begin(quotas.Count);
        decision.Principal = latest.Principal;
        BatchedStatus.Write(latest, quotas, held, since, lent, decision.StatusBuffer);
        decision.Batch = default;
        decision.HoldsPermits = false;
    }
}
