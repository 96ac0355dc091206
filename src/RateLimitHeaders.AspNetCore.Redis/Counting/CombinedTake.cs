using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The acquisition of one of several plans that decide together.</summary>
/// <param name="Key">The caller's key.</param>
/// <param name="Call">The call.</param>
/// <param name="Read">Reads the answer, and writes the decision.</param>
internal sealed record CombinedTake(RedisKey Key, RedisValue Call, Action<byte[]?> Read);
