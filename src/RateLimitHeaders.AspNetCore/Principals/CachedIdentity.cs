namespace RateLimitHeaders.AspNetCore;

/// <summary>What was found out about a caller, for a while.</summary>
/// <param name="Identity">The identity.</param>
/// <param name="Until">The moment until which it holds, as <see cref="RateLimitClock.Now"/> counts.</param>
internal sealed record CachedIdentity(RateLimitIdentity Identity, long Until);
