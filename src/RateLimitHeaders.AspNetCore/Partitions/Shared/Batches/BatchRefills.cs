namespace RateLimitHeaders.AspNetCore;

/// <summary>Asks the store for batches, and has them used.</summary>
/// <param name="calls">Asks the store.</param>
/// <param name="decisions">Writes decisions.</param>
/// <param name="collector">Runs what no request waits for.</param>
internal sealed class BatchRefills(BatchCalls calls, BatchDecisions decisions, BatchCollector collector)
{
    /// <summary>Asks for a batch that is taken ahead.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="ahead">The call; <see langword="null"/> for none.</param>
    public void RunBehind(BatchCaller caller, BatchRefill? ahead)
    {
        if (ahead is not null)
        {
            _ = collector.RunBehindAsync(() => RunAsync(caller, ahead, decision: null));
        }
    }

    /// <summary>Asks for a batch.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="refill">The call.</param>
    /// <param name="decision">The decision about the request whose permits are used at once; <see langword="null"/> if there is none.</param>
    /// <returns>Whether there was an answer.</returns>
    public async Task<bool> RunAsync(BatchCaller caller, BatchRefill refill, RateLimitDecision? decision)
    {
        var asked = calls.Now;
        BatchAnswer? answer = null;
        try
        {
            answer = await calls.TakeBatchAsync(caller.Principal, refill, late => GiveBack(caller.Principal, late));
        }
        finally
        {
            // Decided under the same lock that lets other requests use the batch, so that each of them sees another number.
            lock (caller.Sync)
            {
                End(caller, refill, answer, asked, decision);
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
    private void GiveBack(in RateLimitPrincipal principal, RateLimitDecision late)
    {
        if (late is { IsAcquired: true, Batch.Extra: > 0 })
        {
            _ = collector.GiveBackAsync(principal, [new EndedBatch(late, late.Batch.Extra)]);
        }
    }

    private void End(BatchCaller caller, BatchRefill refill, BatchAnswer? answer, long asked, RateLimitDecision? decision)
    {
        var batch = answer is { Decision: { IsAcquired: true, Batch.Extra: > 0 } } ? new Batch(answer.Decision, asked) : null;
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
            decisions.Admit(decision, new BatchShare(caller, batch, refill.Permits), answer.Decision.TakenAt);
        }
    }
}
