using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// The state of a decision to adjust, renew and release it. It never changes, because a batch and its request share one.
/// </summary>
/// <param name="Keys">The caller's key, as the only one of a call.</param>
/// <param name="At">The moment of the last charge by the clock of Redis, in microseconds since the Unix epoch.</param>
/// <param name="HoldNumber">The number by which Redis identifies the permits that the request holds; 0 for none.</param>
/// <param name="Held">The permits that the request holds of the concurrency quota.</param>
internal sealed record RedisCharge(RedisKey[] Keys, double At, long HoldNumber = 0, long Held = 0);
