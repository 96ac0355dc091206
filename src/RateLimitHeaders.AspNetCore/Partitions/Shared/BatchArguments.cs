namespace RateLimitHeaders.AspNetCore;

/// <summary>The arguments of <see cref="StorePartitions.AcquireBatchAsync"/>.</summary>
/// <param name="acquire">The request that the batch is taken with. Its costs are the same for all quotas; all 0 for none.</param>
/// <param name="wanted">The number of additional permits, of every quota; 0 only ends batches.</param>
/// <param name="holdTime">The longest time for which this server uses them.</param>
/// <param name="parts">The batch is at most this part of the remaining permits: 8 for an eighth.</param>
/// <param name="ended">The batches of the caller that have ended, whose unused permits are given back.</param>
public readonly struct BatchArguments(
    AcquireArguments acquire, int wanted, TimeSpan holdTime, long parts, IReadOnlyList<EndedBatch> ended)
{
    /// <summary>Gets the request that the batch is taken with.</summary>
    public AcquireArguments Acquire { get; } = acquire;

    /// <summary>Gets the number of additional permits, of every quota.</summary>
    public int Wanted { get; } = wanted;

    /// <summary>Gets the longest time for which this server uses them.</summary>
    public TimeSpan HoldTime { get; } = holdTime;

    /// <summary>Gets the divisor of the remaining permits: the batch is at most this part of them, such as an eighth for 8.</summary>
    public long Parts { get; } = parts;

    /// <summary>Gets the batches of the caller that have ended, whose unused permits are given back.</summary>
    public IReadOnlyList<EndedBatch> Ended { get; } = ended;
}
