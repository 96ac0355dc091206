namespace RateLimitHeaders.AspNetCore;

/// <summary>A caller of one of several plans, whose statuses <see cref="RateLimitStore.PeekAsync"/> reads.</summary>
/// <param name="partitions">The partitions of the plan, which the store has created.</param>
/// <param name="arguments">The caller, and the decision that the statuses are written into.</param>
public readonly struct StorePeek(StorePartitions partitions, PeekArguments arguments)
{
    /// <summary>Gets the partitions of the plan.</summary>
    public StorePartitions Partitions { get; } = partitions;

    /// <summary>Gets the caller, and the decision that the statuses are written into.</summary>
    public PeekArguments Arguments { get; } = arguments;
}
