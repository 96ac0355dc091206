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

    /// <summary>
    /// Gets the limits from now on, in the order of the quotas; <see cref="double.NaN"/> or an empty list keeps a limit. Stores apply them
    /// first, as with an acquisition: the last request of the caller may have come to a server with other limits. Partitions that only one server uses
    /// need not.
    /// </summary>
    public ReadOnlyMemory<double> Limits { get; init; }
}
