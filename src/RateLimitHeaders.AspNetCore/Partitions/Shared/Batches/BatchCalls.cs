namespace RateLimitHeaders.AspNetCore;

/// <summary>Asks the store about the callers of one plan. Each answer comes with the place of its call, which is taken before it.</summary>
internal sealed class BatchCalls(GuardedPartitions store, BatchTuning tuning)
{
    private long _calls;

    public PartitionsContext Context => store.Context;

    /// <summary>Gets how long a call takes at most.</summary>
    public TimeSpan Deadline => store.Guard.Options.Deadline;

    /// <summary>Gets the present.</summary>
    public long Now => store.Context.Clock.Now;

    /// <summary>Gets a value indicating whether it makes sense to ask the store.</summary>
    public bool IsAvailable => store.IsAvailable;

    /// <summary>Takes what a request costs, and nothing more.</summary>
    /// <returns>The answer; <see langword="null"/> if there is none.</returns>
    public async ValueTask<BatchAnswer?> TakeAsync(AcquireArguments arguments)
    {
        var order = NextOrder();
        return await store.TryAcquireAsync(arguments) is { } answer ? new(answer, order) : null;
    }

    /// <summary>Decides without the store.</summary>
    public ValueTask FallBackAsync(in AcquireArguments arguments, RateLimitDecision decision) => store.FallBackAsync(arguments, decision);

    /// <summary>Takes a batch, and the permits of a request along with it.</summary>
    /// <param name="principal">The caller.</param>
    /// <param name="refill">The call.</param>
    /// <param name="onLateAnswer">Is given an answer that comes too late to be returned; <see langword="null"/> for nothing.</param>
    /// <returns>The answer; <see langword="null"/> if there is none.</returns>
    public async ValueTask<BatchAnswer?> TakeBatchAsync(
        RateLimitPrincipal principal, BatchRefill refill, Action<RateLimitDecision>? onLateAnswer = null)
    {
        var costs = new long[Context.Plan.Quotas.Count];
        Array.Fill(costs, refill.Permits);
        var acquire = new AcquireArguments(principal, costs, refill.Limits) { InitialLimits = refill.InitialLimits };
        var order = NextOrder();
        var answer = await store.TryAcquireBatchAsync(new(acquire, refill.Wanted, tuning.HoldTime, tuning.Parts, refill.Ended), onLateAnswer);
        return answer is null ? null : new(answer, order);
    }

    /// <summary>Ends batches, and gives back what is left of them.</summary>
    /// <returns>The answer; <see langword="null"/> if there is none.</returns>
    public ValueTask<BatchAnswer?> EndAsync(RateLimitPrincipal principal, IReadOnlyList<EndedBatch> ended) =>
        TakeBatchAsync(principal, new BatchRefill(Permits: 0, Limits: default, InitialLimits: default, Wanted: 0, ended, Generation: 0));

    /// <summary>Charges, gives back or reads.</summary>
    /// <returns>The answer; <see langword="null"/> if there is none.</returns>
    public async ValueTask<BatchAnswer?> AdjustAsync(StoreDecision stored, AdjustArguments arguments)
    {
        var order = NextOrder();
        return await store.TryAdjustAsync(stored, arguments) ? new(stored.Answer, order) : null;
    }

    /// <summary>Looks where a caller stands, in the store or without it.</summary>
    /// <returns>The place of the call; <see langword="null"/> if the store did not answer.</returns>
    public async ValueTask<long?> PeekAsync(PeekArguments arguments, CancellationToken cancellationToken)
    {
        var order = NextOrder();
        return await store.TryPeekAsync(arguments, cancellationToken) ? order : null;
    }

    private long NextOrder() => Interlocked.Increment(ref _calls);
}
