namespace RateLimitHeaders.AspNetCore;

/// <summary>A caller in a listing.</summary>
/// <param name="Id">The id of the caller within its token type, or a hash of it if the id is not kept.</param>
/// <param name="IsHash">Whether <paramref name="Id"/> is a hash.</param>
/// <param name="Statuses">The caller's status with each quota of the plan.</param>
public sealed record ListedCaller(string Id, bool IsHash, IReadOnlyList<QuotaStatus> Statuses)
{
    /// <summary>Gets the smallest share that is left of a quota, from 0 to 1.</summary>
    public double SmallestShare => Statuses.Select(status => status.RemainingShare).DefaultIfEmpty(1).Min();
}
