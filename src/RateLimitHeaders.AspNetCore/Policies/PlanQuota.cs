namespace RateLimitHeaders.AspNetCore;

/// <summary>A quota of a plan, and what tells its limit where that depends on the caller.</summary>
internal sealed record PlanQuota(Quota Quota, Func<RateLimitCaller, double>? Limit);
