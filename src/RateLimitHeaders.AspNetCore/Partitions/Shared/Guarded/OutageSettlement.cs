namespace RateLimitHeaders.AspNetCore;

/// <summary>Charges to callers in a store, as soon as that counts again, what they took in the outage.</summary>
/// <param name="partitions">The partitions in the store.</param>
/// <param name="outage">What counted instead.</param>
internal sealed class OutageSettlement(GuardedPartitions partitions, OutagePartitions outage)
{
    // As many calls as a store answers fast, so that requests do not wait behind them.
    private const int CallsAtOnce = 16;

    private static readonly ParallelOptions s_parallel = new() { MaxDegreeOfParallelism = CallsAtOnce };

    private int _running;

    /// <summary>Gets a value indicating whether something is being charged.</summary>
    public bool IsRunning => Volatile.Read(ref _running) > 0;

    /// <summary>Charges what there is. What is under way when the store is lost again may not be charged, but nothing is charged twice.</summary>
    /// <remarks>
    /// What the store has counted without an answer in time is not charged if the answer comes before those to the calls made here, as it
    /// does on one connection. What it has counted and never answers is charged again.
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
        // A request that takes nothing tells where permits are counted now. By its answer, late ones have come.
        var nothing = new long[partitions.Context.Plan.Quotas.Count];
        if (await partitions.TryAcquireAsync(new AcquireArguments(charge.Principal, nothing, charge.Limits)) is not { IsAcquired: true } answer)
        {
            return;
        }

        await lateAnswers.Value;

        // What is taken is lost if the store does not answer. A new outage may have begun while late answers were waited for.
        if (partitions.IsAvailable && outage.Take(charge) is { } permits && permits.AsSpan().ContainsAnyExcept(0L))
        {
            await partitions.TryAdjustAsync(new StoreDecision(answer), new AdjustArguments(permits));
        }
    }
}
