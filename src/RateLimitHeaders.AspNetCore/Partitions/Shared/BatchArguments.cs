namespace RateLimitHeaders.AspNetCore;

/// <summary>What <see cref="StorePartitions.AcquireBatchAsync"/> is asked for.</summary>
/// <param name="acquire">The request that the batch is taken with. Its costs are the same for all quotas; all 0 for none.</param>
/// <param name="wanted">How many permits more are wanted, of every quota; 0 only ends batches.</param>
/// <param name="holdTime">How long this server uses them at most.</param>
/// <param name="parts">The batch is at most this part of what remains: 8 for an eighth.</param>
/// <param name="ended">The batches of the caller that have ended, whose unused permits come back.</param>
public readonly struct BatchArguments(
    AcquireArguments acquire, int wanted, TimeSpan holdTime, long parts, IReadOnlyList<EndedBatch> ended)
{
    /// <summary>Gets the request that the batch is taken with.</summary>
    public AcquireArguments Acquire { get; } = acquire;

    /// <summary>Gets how many permits more are wanted, of every quota.</summary>
    public int Wanted { get; } = wanted;

    /// <summary>Gets how long this server uses them at most.</summary>
    public TimeSpan HoldTime { get; } = holdTime;

    /// <summary>Gets of how many parts of what remains the batch is one at most.</summary>
    public long Parts { get; } = parts;

    /// <summary>Gets the batches of the caller that have ended, whose unused permits come back.</summary>
    public IReadOnlyList<EndedBatch> Ended { get; } = ended;
}
