namespace RateLimitHeaders.AspNetCore;

/// <summary>One cost of an endpoint.</summary>
/// <param name="QuotaOrUnit">The name of a quota, or a unit; <see langword="null"/> for each quota without a cost of its own.</param>
/// <param name="Permits">The permits.</param>
/// <param name="Function">Returns the permits instead; <see langword="null"/> for <paramref name="Permits"/>.</param>
/// <param name="Path">The path in configuration; empty for metadata.</param>
internal sealed record EndpointCost(string? QuotaOrUnit, long Permits, Func<RateLimitCaller, long>? Function, string Path);
