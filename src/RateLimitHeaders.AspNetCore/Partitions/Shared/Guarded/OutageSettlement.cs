namespace RateLimitHeaders.AspNetCore;

/// <summary>Charges to callers in a store, as soon as that counts again, what they took in the outage.</summary>
/// <param name="partitions">The partitions in the store.</param>
/// <param name="shares">What counted instead.</param>
/// <param name="quotas">The number of quotas.</param>
internal sealed class OutageSettlement(GuardedPartitions partitions, SharePartitions shares, int quotas)
{
    // As many calls as a store answers fast, so that requests do not wait behind them.
    private const int CallsAtOnce = 16;

    private static readonly ParallelOptions s_parallel = new() { MaxDegreeOfParallelism = CallsAtOnce };

    /// <summary>Charges what there is. What is under way when the store is lost again may not be charged, but nothing is charged twice.</summary>
    public Task RunAsync() => Parallel.ForEachAsync(
        shares.TakeCharges(() => partitions.IsAvailable),
        s_parallel,
        async (taken, _) => await ChargeAsync(taken.Charge, taken.Permits));

    private async ValueTask ChargeAsync(OutageCharge charge, long[] permits)
    {
        // A request that takes nothing tells where permits are counted now.
        if (permits.AsSpan().ContainsAnyExcept(0L)
            && await partitions.TryAcquireAsync(new AcquireArguments(charge.Principal, new long[quotas], charge.Limits)) is { IsAcquired: true } answer)
        {
            await partitions.TryAdjustAsync(new StoreDecision(answer), new AdjustArguments(permits));
        }
    }
}
