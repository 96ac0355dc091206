namespace RateLimitHeaders.AspNetCore;

/// <summary>The counts of one quota in the state of a caller.</summary>
/// <param name="Number">The number of the quota (<see cref="StatePlan.Numbers"/>).</param>
/// <param name="FullAt">The moment from which it contains no information.</param>
/// <param name="Words">The words, as the state keeps them.</param>
internal sealed record StoredQuota(long Number, long FullAt, long[] Words);
