namespace RateLimitHeaders.AspNetCore;

/// <summary>Charges callers in a store, as soon as that counts again, for the permits that they took in the outage.</summary>
/// <param name="partitions">The partitions in the store.</param>
/// <param name="outage">What counted instead.</param>
internal sealed class OutageSettlement(GuardedPartitions partitions, OutagePartitions outage)
{
    private static readonly ParallelOptions s_parallel = new() { MaxDegreeOfParallelism = StoreGuard.ChargesAtOnce };

    private int _running;

    /// <summary>Gets a value indicating whether charging is in progress.</summary>
    public bool IsRunning => Volatile.Read(ref _running) > 0;

    /// <summary>Charges all permits. If the store fails again, charges in progress may be lost, but nothing is charged twice.</summary>
    /// <remarks>
    /// Permits that the store has counted without an answer in time are not charged if the answer comes before those to the calls made here, as it
    /// does on one connection. Permits that it has counted and never answers are charged again.
    /// </remarks>
    public async Task RunAsync()
    {
        Interlocked.Increment(ref _running);
        try
        {
            var lateAnswers = new Lazy<Task>(partitions.Guard.LateCalls.WhenReadAsync);
            await Parallel.ForEachAsync(
                outage.Charges(() => partitions.IsAvailable), s_parallel, async (charge, _) => await ChargeAsync(charge, lateAnswers));
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private async ValueTask ChargeAsync(OutageCharge charge, Lazy<Task> lateAnswers)
    {
        // A request that takes nothing shows where permits are counted now. By its answer, late ones have come.
        var nothing = new AcquireArguments(charge.Principal, new long[partitions.Context.Plan.Quotas.Count], charge.Limits);
        if (await InTurnAsync(() => partitions.TryAcquireAsync(nothing)) is not { IsAcquired: true } answer)
        {
            return;
        }

        await lateAnswers.Value;
        await InTurnAsync(() => AdjustAsync(charge, answer));
    }

    private async ValueTask<bool> AdjustAsync(OutageCharge charge, RateLimitDecision answer) =>
        // Permits are lost if the store does not answer. A new outage may have begun while late answers were waited for.
        partitions.IsAvailable
        && outage.Take(charge) is { } permits
        && permits.AsSpan().ContainsAnyExcept(0L)
        && await partitions.TryAdjustAsync(new StoreDecision(answer), new AdjustArguments(permits));

    /// <summary>Calls the store when one of the places that all plans share is free.</summary>
    private async ValueTask<T> InTurnAsync<T>(Func<ValueTask<T>> call)
    {
        await partitions.Guard.Charges.WaitAsync();
        try
        {
            return await call();
        }
        finally
        {
            partitions.Guard.Charges.Release();
        }
    }
}
