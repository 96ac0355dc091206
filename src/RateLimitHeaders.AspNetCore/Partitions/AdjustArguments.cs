namespace RateLimitHeaders.AspNetCore;

/// <summary>What <see cref="PlanPartitions.AdjustAsync"/> is asked for.</summary>
/// <remarks>There is no token that cancels it: what was sent is counted, and the request has to know of it.</remarks>
/// <param name="permits">
/// For each quota of the plan, in their order: a positive number is charged, a negative number is given back, and 0 changes
/// nothing.
/// </param>
public readonly struct AdjustArguments(ReadOnlyMemory<long> permits)
{
    /// <summary>Gets what to charge, or to give back where it is negative, for each quota of the plan.</summary>
    public ReadOnlyMemory<long> Permits { get; } = permits;
}
