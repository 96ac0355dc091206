namespace RateLimitHeaders.AspNetCore;

/// <summary>Calls the store for the callers of one plan. Each answer has the order of its call, which is taken before it.</summary>
internal sealed class BatchCalls(GuardedPartitions store, BatchTuning tuning)
{
    private long _calls;

    public PartitionsContext Context => store.Context;

    /// <summary>Gets how long a call takes at most.</summary>
    public TimeSpan Deadline => store.Guard.Options.Deadline;

    /// <summary>Gets the present.</summary>
    public long Now => store.Context.Clock.Now;

    /// <summary>Gets a value indicating whether it makes sense to call the store.</summary>
    public bool IsAvailable => store.IsAvailable;

    /// <summary>Takes only the cost of a request.</summary>
    /// <returns>The answer; <see langword="null"/> if there is none.</returns>
    public async ValueTask<BatchAnswer?> TakeAsync(AcquireArguments arguments)
    {
        var order = NextOrder();
        return await store.TryAcquireAsync(arguments) is { } answer ? new(answer, order) : null;
    }

    /// <summary>Decides without the store.</summary>
    public ValueTask FallBackAsync(in AcquireArguments arguments, RateLimitDecision decision) => store.FallBackAsync(arguments, decision);

    /// <summary>Takes a batch, together with the permits of a request.</summary>
    /// <param name="principal">The caller.</param>
    /// <param name="refill">The call.</param>
    /// <param name="onLateAnswer">Receives an answer that is too late to be returned; <see langword="null"/> for none.</param>
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

    /// <summary>Ends batches, and gives back their unused permits.</summary>
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

    /// <summary>Charges a request in an outage, and gives back what was charged to it in one.</summary>
    public ValueTask AdjustInOutageAsync(RateLimitDecision decision, StoreDecision stored, AdjustArguments arguments) =>
        store.AdjustInOutageAsync(decision, stored, arguments);

    /// <summary>Reads the statuses of a caller, in the store or without it.</summary>
    /// <returns>The order of the call; <see langword="null"/> if the store did not answer.</returns>
    public async ValueTask<long?> PeekAsync(PeekArguments arguments, CancellationToken cancellationToken)
    {
        var order = NextOrder();
        return await store.TryPeekAsync(arguments, cancellationToken) ? order : null;
    }

    private long NextOrder() => Interlocked.Increment(ref _calls);
}
