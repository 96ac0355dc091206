namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Invocations of hubs are counted in Redis, whatever server a caller is connected to.</summary>
public class HubTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Invocations_OnTwoServers_ShareTheCount()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var first = await StartAsync(server, clock, 3);
        await using var second = await StartAsync(server, clock, 3);
        await using var here = await first.ConnectAsync();
        await using var there = await second.ConnectAsync();
        Assert.Equal(["hello", "hello", "hello"], [await here.CallAsync("Echo"), await there.CallAsync("Echo"), await here.CallAsync("Echo")]);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(
            "An unexpected error occurred invoking 'Echo' on the server. HubException: Rate limit exceeded; retry after 58 s.",
            await there.CallAsync("Echo"));
        clock.Advance(TimeSpan.FromSeconds(58));
        Assert.Equal("hello", await there.CallAsync("Echo"));
    }

    [Fact]
    public async Task Connections_ToTwoServersInParallel_NeverGetMoreThanTheLimit()
    {
        const int Limit = 97;
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var first = await StartAsync(server, clock, Limit);
        await using var second = await StartAsync(server, clock, Limit);
        Assert.Equal(Limit, await HubLoad.RunAsync([first, second], connections: 8, calls: 25));
    }

    private static async Task<TestApi> StartAsync(RedisServer server, ManualTimeProvider clock, int limit)
    {
        var api = await RedisTesting.StartAsync(
            server,
            limits => HubTesting.AddPolicies(limits.DefaultPolicy(policy => policy.FixedWindow("hourly", 1_000_000, TimeSpan.FromHours(1))), policy => policy.FixedWindow("minute", limit, s_minute)),
            clock,
            services: HubTesting.AddHubs,
            map: HubTesting.MapHub);
        await api.CountsInRedisAsync(server);
        return api;
    }
}
