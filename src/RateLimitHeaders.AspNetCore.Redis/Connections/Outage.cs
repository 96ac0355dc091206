using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>A time in which Redis is not asked.</summary>
/// <param name="Since">When it began, by this server's clock.</param>
/// <param name="Timestamp">The same moment, to measure its length by.</param>
/// <param name="Cause">What began it.</param>
/// <param name="Key">The key of the call that failed last: where the probes go, since another node of a cluster may be well.</param>
internal sealed record Outage(DateTimeOffset Since, long Timestamp, Failure Cause, RedisKey Key);
