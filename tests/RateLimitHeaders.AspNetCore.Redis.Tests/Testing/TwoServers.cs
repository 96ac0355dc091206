namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Two servers that share a Redis and a clock, and count in Redis.</summary>
internal sealed record TwoServers(RedisServer Redis, ManualTimeProvider Clock, TestApi First, TestApi Second) : IAsyncDisposable
{
    public static async Task<TwoServers> StartAsync(Func<RedisServer, ManualTimeProvider, Task<TestApi>> start)
    {
        var redis = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        var servers = new TwoServers(redis, clock, await start(redis, clock), await start(redis, clock));
        await servers.First.CountsInRedisAsync(redis);
        await servers.Second.CountsInRedisAsync(redis);
        return servers;
    }

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
