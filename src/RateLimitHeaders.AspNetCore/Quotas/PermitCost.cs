namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The cost of a request for one quota: a number of permits, from 0 to 999,999,999,999,999, or <see cref="AnyLeft"/>. A cost of 0
/// takes nothing of the quota and is never rejected by it.
/// </summary>
public static class PermitCost
{
    /// <summary>
    /// The cost of a request whose real cost is known only afterwards: it is admitted if the quota has any permit left, takes
    /// none, and is charged later (<see cref="RateLimitFeature.ChargeAsync(long, CancellationToken)"/>).
    /// </summary>
    public const long AnyLeft = -1;

    /// <summary>The largest cost, which is the largest Integer of RFC 9651, section 3.3.1.</summary>
    internal const long Max = 999_999_999_999_999;

    /// <summary>Gets the permits that must be left for a request to be admitted.</summary>
    internal static long Needed(long cost) => cost == AnyLeft ? 1 : cost;

    /// <summary>Gets the permits that an admitted request takes.</summary>
    internal static long Taken(long cost) => cost == AnyLeft ? 0 : cost;
}
