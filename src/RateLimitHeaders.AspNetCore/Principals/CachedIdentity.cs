namespace RateLimitHeaders.AspNetCore;

/// <summary>An identity that was found for a caller, for some time.</summary>
/// <param name="Identity">The identity.</param>
/// <param name="Until">The moment until which it is valid, on the clock of <see cref="RateLimitClock.Now"/>.</param>
internal sealed record CachedIdentity(RateLimitIdentity Identity, long Until);
