namespace RateLimitHeaders.AspNetCore;

/// <summary>A quota of a plan, and what requests cost it.</summary>
/// <param name="Quota">The quota.</param>
/// <param name="Limit">Tells the limit of a caller; <see langword="null"/> where it is the quota's own.</param>
/// <param name="Cost">What a request costs; see <see cref="PermitCost"/>.</param>
/// <param name="DynamicCost">Tells what a request costs instead; <see langword="null"/> for <paramref name="Cost"/>.</param>
internal sealed record QuotaDefinition(
    Quota Quota, Func<RateLimitCaller, double>? Limit = null, long Cost = 1, Func<RateLimitCaller, long>? DynamicCost = null);
