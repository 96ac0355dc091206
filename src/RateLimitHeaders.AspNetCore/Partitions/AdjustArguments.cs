namespace RateLimitHeaders.AspNetCore;

/// <summary>What <see cref="PlanPartitions.AdjustAsync"/> is asked for.</summary>
/// <param name="permits">
/// For each quota of the plan, in their order: a positive number is charged, a negative number is given back, and 0 changes
/// nothing.
/// </param>
/// <param name="cancellationToken">Cancels waiting for the answer. What was sent is counted all the same.</param>
public readonly struct AdjustArguments(ReadOnlyMemory<long> permits, CancellationToken cancellationToken = default)
{
    /// <summary>Gets what to charge, or to give back where it is negative, for each quota of the plan.</summary>
    public ReadOnlyMemory<long> Permits { get; } = permits;

    /// <summary>Gets what cancels waiting for the answer.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;
}
