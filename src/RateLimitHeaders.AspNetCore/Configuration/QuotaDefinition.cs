namespace RateLimitHeaders.AspNetCore;

/// <summary>A quota of a plan, and what requests cost it.</summary>
/// <param name="Quota">The quota.</param>
/// <param name="Limit">Tells the limit of a caller; <see langword="null"/> where it is the quota's own.</param>
/// <param name="Cost">What a request costs; see <see cref="PermitCost"/>.</param>
/// <param name="DynamicCost">Tells what a request costs instead; <see langword="null"/> for <paramref name="Cost"/>.</param>
internal sealed record QuotaDefinition(
    Quota Quota, Func<RateLimitCaller, double>? Limit = null, long Cost = 1, Func<RateLimitCaller, long>? DynamicCost = null)
{
    /// <summary>Gets a value indicating whether the policy has a cost by the quota's name or unit.</summary>
    public bool HasCostOfItsOwn { get; init; }

    /// <summary>Gets the bytes that the quota counts in place of costs.</summary>
    public CountedBytes Bytes { get; init; }

    /// <summary>Gets a value indicating whether the quota counts bytes.</summary>
    public bool CountsBytes => Bytes != CountedBytes.None;

    /// <summary>Gets which responses count; <see langword="null"/> for all.</summary>
    public QuotaCounting? Counting { get; init; }

    /// <summary>Gets whether header families that show one quota show this one.</summary>
    public QuotaDisplay Display { get; init; }

    /// <summary>Gets what a rejection by this quota says as its reason.</summary>
    public string Reason { get; init; } = Quota.Description.Name;
}
