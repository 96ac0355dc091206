namespace RateLimitHeaders.AspNetCore;

/// <summary>Asks the store for batches and single permits of the callers of one plan, and takes note of what it answers.</summary>
internal sealed class BatchCalls(GuardedPartitions store, BatchTuning tuning)
{
    private long _calls;

    public PartitionsContext Context => store.Context;

    /// <summary>Gets a value indicating whether it makes sense to ask the store.</summary>
    public bool IsAvailable => store.IsAvailable;

    /// <summary>Takes permits exactly as many as a request needs.</summary>
    /// <returns>The answer; <see langword="null"/> if there is none.</returns>
    public ValueTask<RateLimitDecision?> TakeAsync(AcquireArguments arguments) => store.TryAcquireAsync(arguments);

    /// <summary>Decides without the store.</summary>
    public ValueTask FallBackAsync(in AcquireArguments arguments, RateLimitDecision decision) => store.FallBackAsync(arguments, decision);

    /// <summary>Takes a batch, and the permits of a request along with it.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="refill">What to take.</param>
    /// <param name="tell">
    /// Tells the request about the batch, under the lock of the caller: before another request takes of it, which would see
    /// the same number remaining.
    /// </param>
    /// <returns>The answer; <see langword="null"/> if there is none.</returns>
    public async Task<(RateLimitDecision? Answer, Batch? Batch)> RefillAsync(
        BatchCaller caller, BatchRefill refill, Action<RateLimitDecision, Batch>? tell = null)
    {
        var (asked, order) = (Context.Clock.Now, NextOrder());
        RateLimitDecision? answer = null;
        Batch? batch = null;
        try
        {
            answer = await store.TryAcquireBatchAsync(ArgumentsOf(caller, refill.Permits, refill.Limits, refill.Wanted, refill.Ended));
        }
        finally
        {
            batch = answer is { IsAcquired: true, Batch.Extra: > 0 } ? new Batch(answer, asked) : null;
            lock (caller.Sync)
            {
                if (answer is not null)
                {
                    caller.Note(new(answer, order));
                }

                caller.End(refill, batch);
                if (batch is not null)
                {
                    tell?.Invoke(answer!, batch);
                }
            }

            refill.Complete();
        }

        return (answer, batch);
    }

    /// <summary>Ends batches, and gives back what is left of them.</summary>
    public async Task EndAsync(BatchCaller caller, IReadOnlyList<EndedBatch> ended)
    {
        var order = NextOrder();
        if (await store.TryAcquireBatchAsync(ArgumentsOf(caller, 0, [], 0, ended)) is { } answer)
        {
            lock (caller.Sync)
            {
                caller.Note(new(answer, order));
            }
        }
    }

    /// <summary>Charges, gives back or reads in the store.</summary>
    /// <returns>The answer; <see langword="null"/> if there is none.</returns>
    public async ValueTask<BatchAnswer?> AdjustAsync(BatchDecision decision, AdjustArguments arguments)
    {
        var order = NextOrder();
        return await store.TryAdjustAsync(decision, arguments) ? new(decision.Answer, order) : null;
    }

    private BatchArguments ArgumentsOf(BatchCaller caller, long permits, double[] limits, int wanted, IReadOnlyList<EndedBatch> ended)
    {
        var costs = new long[Context.Plan.Quotas.Count];
        Array.Fill(costs, permits);
        return new(new AcquireArguments(caller.Principal, costs, limits), wanted, tuning.HoldTime, tuning.Parts, ended);
    }

    private long NextOrder() => Interlocked.Increment(ref _calls);
}
