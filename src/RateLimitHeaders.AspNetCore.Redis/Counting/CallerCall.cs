using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The call of a script for one caller under one plan, and the function that reads the answer.</summary>
/// <param name="Key">The caller's key.</param>
/// <param name="Call">The call, as <see cref="PlanCodec"/> writes it.</param>
/// <param name="Read">Reads the answer, and writes it into the decision.</param>
internal sealed record CallerCall(RedisKey Key, RedisValue Call, Action<byte[]?> Read);
