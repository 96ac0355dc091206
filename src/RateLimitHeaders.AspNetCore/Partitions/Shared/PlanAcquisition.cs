namespace RateLimitHeaders.AspNetCore;

/// <summary>One of several plans whose costs <see cref="RateLimitStore.AcquireAsync"/> takes together.</summary>
/// <param name="partitions">The partitions of the plan, which the store has created.</param>
/// <param name="arguments">The caller, the costs and the limits.</param>
/// <param name="decision">The decision to write.</param>
public readonly struct PlanAcquisition(StorePartitions partitions, AcquireArguments arguments, RateLimitDecision decision)
{
    /// <summary>Gets the partitions of the plan.</summary>
    public StorePartitions Partitions { get; } = partitions;

    /// <summary>Gets the caller, the costs and the limits.</summary>
    public AcquireArguments Arguments { get; } = arguments;

    /// <summary>Gets the decision to write.</summary>
    public RateLimitDecision Decision { get; } = decision;
}
