namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A server for all tests that ill-treat none and use keys of their own. It ends with the process of the tests.</summary>
internal static class SharedRedis
{
    private static readonly Lazy<Task<RedisServer>> s_server = new(() => RedisServer.StartAsync());

    public static Task<RedisServer> GetAsync() => s_server.Value;
}
