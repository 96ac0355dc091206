namespace RateLimitHeaders.AspNetCore;

/// <summary>A quota of a plan, and the cost of requests for it.</summary>
/// <param name="Quota">The quota.</param>
/// <param name="Limit">Returns the limit of a caller; <see langword="null"/> for the quota's own limit.</param>
/// <param name="Cost">The cost of a request; see <see cref="PermitCost"/>.</param>
/// <param name="DynamicCost">Returns the cost of a request instead; <see langword="null"/> for <paramref name="Cost"/>.</param>
internal sealed record QuotaDefinition(
    Quota Quota, Func<RateLimitCaller, double>? Limit = null, long Cost = 1, Func<RateLimitCaller, long>? DynamicCost = null)
{
    /// <summary>Gets a value indicating whether the policy has a cost by the quota's name or unit.</summary>
    public bool HasCostOfItsOwn { get; init; }

    /// <summary>Gets the bytes that the quota counts instead of costs.</summary>
    public CountedBytes Bytes { get; init; }

    /// <summary>Gets a value indicating whether the quota counts bytes.</summary>
    public bool CountsBytes => Bytes != CountedBytes.None;

    /// <summary>Gets which responses count; <see langword="null"/> for all.</summary>
    public QuotaCounting? Counting { get; init; }

    /// <summary>Gets whether header families that show one quota show this one.</summary>
    public QuotaDisplay Display { get; init; }

    /// <summary>Gets the reason that a rejection by this quota shows.</summary>
    public string Reason { get; init; } = Quota.Description.Name;
}
