using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Counts in a test's Redis, and in nothing else: a server that is too slow or gone shows as refusals with 503.</summary>
internal static class RedisTesting
{
    // Long enough for the slowest machine, since these tests are of what is counted and not of how fast.
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    public static RateLimitHeadersBuilder UseTestRedis(this RateLimitHeadersBuilder limits, RedisServer server, ManualTimeProvider? clock = null) =>
        limits.UseRedis(server.Configuration, redis => redis.Options = OptionsOf(clock));

    /// <summary>Gets settings with which nothing but Redis counts.</summary>
    /// <param name="clock">The clock that stands for the server's; none for the server's own.</param>
    public static RedisStoreOptions OptionsOf(ManualTimeProvider? clock) => new()
    {
        Deadline = s_deadline,
        WhenUnavailable = WhenRedisUnavailable.Refuse,
        TestClock = clock is null ? null : () => RateLimitClock.For(clock).Now / TimeSpan.TicksPerMicrosecond,
    };

    /// <summary>Starts a host whose <see cref="UseTestRedis"/> can be waited for.</summary>
    public static Task<TestApi> StartAsync(Action<RateLimitHeadersBuilder> limits, ManualTimeProvider? time = null) =>
        TestApi.StartAsync(limits, services: services => services.AddSingleton<RedisGateways>(), time: time);

    /// <summary>Creates a store with a connection of its own, which is made.</summary>
    public static Task<RedisQuotaStore> CreateStoreAsync(string configuration, LocalLeases? leases = null) =>
        CreateStoreAsync(configuration, new RedisStoreOptions { LocalLeases = leases });

    /// <summary>Creates a store with a connection of its own, which is made.</summary>
    public static async Task<RedisQuotaStore> CreateStoreAsync(string configuration, RedisStoreOptions options)
    {
        options = options with { Deadline = s_deadline, WhenUnavailable = WhenRedisUnavailable.Refuse };
        var gateway = await OpenGatewayAsync(configuration, options);
        return new(options, [], _ => gateway);
    }

    /// <summary>Opens a gateway, and waits until it has nothing to ask of its own.</summary>
    public static async Task<ScriptGateway> OpenGatewayAsync(string configuration, RedisStoreOptions options)
    {
        var gateway = new ScriptGateway(
            RedisConnection.Of(configuration),
            new GatewaySettings(options.Deadline, options.KeyPrefix, options.Meanwhile, RefusesMeanwhile: true, options.SharesCalls),
            TimeProvider.System,
            NullLogger.Instance,
            new RedisMetrics(null));
        gateway.Start();
        await gateway.WarmUp;
        return gateway;
    }

    /// <summary>Waits until a counter counts in Redis.</summary>
    public static async Task CountsInRedisAsync(QuotaCounter counter)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var lease = await counter.AcquireAsync(new RateLimitPrincipal("user", "nobody"), 0, []);
            if (!lease.IsUnavailable)
            {
                return;
            }

            Assert.True(attempt < 400, "It does not count in Redis within 20 s.");
            await Task.Delay(50);
        }
    }

    /// <summary>Waits until a host counts in Redis and has nothing else to ask it, and empties that.</summary>
    public static async Task CountsInRedisAsync(this TestApi api, RedisServer server)
    {
        var gateways = api.Services.GetRequiredService<RedisGateways>().All;
        Assert.NotEmpty(gateways);
        await Task.WhenAll(gateways.Select(gateway => gateway.WarmUp));
        for (var attempt = 0; await server.CommandAsync("KEYS", "ratelimit:*:*:*:*") == ""; attempt++)
        {
            Assert.True(attempt < 400, "It does not count in Redis within 20 s.");
            await api.SendAsync(address: "198.51.100.1");
            await Task.Delay(50);
        }

        await server.CommandAsync("FLUSHALL");
    }
}
