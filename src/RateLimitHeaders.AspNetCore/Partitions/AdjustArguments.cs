namespace RateLimitHeaders.AspNetCore;

/// <summary>The arguments of <see cref="PlanPartitions.AdjustAsync"/>.</summary>
/// <remarks>They contain no cancellation token: permits that were sent are counted, and the request has to know of it.</remarks>
/// <param name="permits">
/// For each quota of the plan, in their order: a positive number is charged, a negative number is given back, and 0 changes
/// nothing.
/// </param>
public readonly struct AdjustArguments(ReadOnlyMemory<long> permits)
{
    /// <summary>Gets the permits to charge, or to give back if negative, of each quota of the plan.</summary>
    public ReadOnlyMemory<long> Permits { get; } = permits;
}
