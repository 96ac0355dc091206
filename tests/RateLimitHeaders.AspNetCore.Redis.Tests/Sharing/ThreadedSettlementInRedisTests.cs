namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>The same by two hosts, whose threads share the counts.</summary>
public class ThreadedSettlementInRedisTests : ThreadedSettlementTests
{
    private RedisServer? _server;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await (_server?.DisposeAsync() ?? default);
    }

    protected override async Task<TestApi[]> StartHostsAsync(Action<RateLimitsBuilder> limits, Action<WebApplication> map)
    {
        _server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        TestApi[] hosts = [await StartAsync(), await StartAsync()];
        foreach (var host in hosts)
        {
            await host.CountsInRedisAsync(_server);
        }

        return hosts;

        // A rejection that a server remembers does not tell what others have charged since.
        Task<TestApi> StartAsync() => RedisTesting.StartAsync(
            _server,
            limits,
            clock,
            services: services => services.PostConfigureAll<RedisStoreOptions>(options => options.RememberRejections = false),
            map: map);
    }
}
