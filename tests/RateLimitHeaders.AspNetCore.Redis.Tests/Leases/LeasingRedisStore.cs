namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Every caller is hot at once.</summary>
public sealed class LeasingRedisStore : RedisTestStore
{
    private protected override LocalLeases? LocalLeases => EagerLeases.Of(maxBatch: 10, TimeSpan.FromSeconds(1));
}
