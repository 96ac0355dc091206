namespace RateLimitHeaders.AspNetCore;

/// <summary>One of several plans whose costs <see cref="RateLimitStore.AcquireAsync"/> is asked to take together.</summary>
/// <param name="partitions">The partitions of the plan, which the store has created.</param>
/// <param name="arguments">What is asked for.</param>
/// <param name="decision">The decision to write.</param>
public readonly struct PlanAcquisition(StorePartitions partitions, AcquireArguments arguments, RateLimitDecision decision)
{
    /// <summary>Gets the partitions of the plan.</summary>
    public StorePartitions Partitions { get; } = partitions;

    /// <summary>Gets what is asked for.</summary>
    public AcquireArguments Arguments { get; } = arguments;

    /// <summary>Gets the decision to write.</summary>
    public RateLimitDecision Decision { get; } = decision;
}
