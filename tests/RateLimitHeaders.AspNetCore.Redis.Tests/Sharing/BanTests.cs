using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Bans are shared by all servers of a Redis, and felt within a second.</summary>
public class BanTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_ban = TimeSpan.FromMinutes(10);
    private static readonly RateLimitPrincipal s_caller = new("anonymous", ClientAddress.ToKey(IPAddress.Parse("192.0.2.1"), 64));

    [Fact]
    public async Task Ban_ByOneServer_IsFeltByTheOthersWithinASecond_UntilItsEnd()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var first = await StartAsync(server, clock);
        await using var second = await StartAsync(server, clock);
        await StartCountingAsync(server, first, second);
        await BanAsync(first, server);

        clock.Advance(s_second);
        Assert.Equal((429, "599"), await SendAsync(first));
        Assert.Equal((429, "599"), await SendAsync(second));
        Assert.Equal(200, (await SendAsync(second, "192.0.2.2")).Status);

        // A server that starts later knows of it with its first request.
        await using var third = await StartAsync(server, clock);
        Assert.Equal((429, "599"), await SendAsync(third));

        clock.Advance(s_ban - s_second);
        Assert.Equal(200, (await SendAsync(second)).Status);
    }

    [Fact]
    public async Task Ban_ThatIsLiftedOnOneServer_IsOverOnTheOthersWithinASecond()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var first = await StartAsync(server, clock);
        await using var second = await StartAsync(server, clock);
        await StartCountingAsync(server, first, second);
        await BanAsync(first, server);
        clock.Advance(s_second);
        Assert.Equal(429, (await SendAsync(second)).Status);

        Assert.True(await BansOf(second).LiftAsync(s_caller));
        Assert.Equal(200, (await SendAsync(second)).Status);
        clock.Advance(s_second);
        Assert.Equal(200, (await SendAsync(first)).Status);
        Assert.Null(BansOf(first).Find(s_caller));
    }

    [Fact]
    public async Task Ban_ThatWasLiftedLongAgo_IsHeardOfByAServerThatServedNothingSince()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var first = await StartAsync(server, clock);
        await using var second = await StartAsync(server, clock);
        await StartCountingAsync(server, first, second);
        await BanAsync(first, server);
        Assert.True(await BansOf(second).LiftAsync(s_caller));
        clock.Advance(s_ban / 2);
        Assert.Equal(200, (await SendAsync(second, "192.0.2.7")).Status);
        Assert.Equal(200, (await SendAsync(first)).Status);
    }

    [Fact]
    public async Task Ban_WhileRedisIsGone_IsThisServersOwn()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var api = await StartAsync(server, clock, StoreUnavailable.LimitInMemory);
        await StartCountingAsync(server, api);
        await server.StopAsync();
        await SendAsync(api);
        await SendAsync(api);
        await SendAsync(api);
        clock.Advance(s_second);
        Assert.Equal((429, "599"), await SendAsync(api));
    }

    [Fact]
    public async Task BansInRedis_ReadAndWriteNoId()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var api = await StartAsync(server, clock);
        await StartCountingAsync(server, api);
        await BanAsync(api, server);
        Assert.Contains("ratelimit:default:anonymous:bans", await server.CommandAsync("KEYS", "*"), StringComparison.Ordinal);
        Assert.Equal("54", await server.CommandAsync("STRLEN", "ratelimit:default:anonymous:bans"));
    }

    [Fact]
    public async Task TwoHostsAndManyThreads_NeverGetMoreThanTheLimit_AndAreBannedOnBoth()
    {
        const int Limit = 60;
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        void Configure(RateLimitsBuilder limits) => limits.DefaultPolicy(policy => policy
            .TokenBucket("bucket", Limit, TimeSpan.FromDays(1)).Ban(20, s_ban, TimeSpan.FromDays(2)));
        await using var first = await RedisTesting.StartAsync(server, Configure, clock);
        await using var second = await RedisTesting.StartAsync(server, Configure, clock);
        await StartCountingAsync(server, first, second);
        var admitted = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                if ((await SendAsync(worker % 2 == 0 ? first : second)).Status == 200)
                {
                    Interlocked.Increment(ref admitted);
                }
            }
        })));
        Assert.Equal(Limit, admitted);

        // The bucket is full again, and the ban is not over.
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal((429, 429), ((await SendAsync(first)).Status, (await SendAsync(second)).Status));
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(200, (await SendAsync(second)).Status);
    }

    private static CallerBans BansOf(TestApi api) => api.Services.GetRequiredService<RateLimitRuntime>().Current.Policies[0].BansOf("anonymous")!;

    /// <summary>Has a server ban the caller, and waits until Redis knows of it.</summary>
    private static async Task BanAsync(TestApi api, RedisServer server)
    {
        for (var i = 0; i < 3; i++)
        {
            await SendAsync(api);
        }

        for (var attempt = 0; await server.CommandAsync("EXISTS", "ratelimit:default:anonymous:bans") != "1"; attempt++)
        {
            Assert.True(attempt < 400, "Redis has not heard of the ban within 20 s.");
            await Task.Delay(50);
        }
    }

    private static async Task StartCountingAsync(RedisServer server, params TestApi[] all)
    {
        foreach (var api in all)
        {
            await api.CountsInRedisAsync(server);
        }
    }

    private static async Task<(int Status, string? RetryAfter)> SendAsync(TestApi api, string address = "192.0.2.1") =>
        await api.SendAsync(address: address) is var answer ? ((int)answer.Status, answer["Retry-After"]) : default;

    private static Task<TestApi> StartAsync(RedisServer server, ManualTimeProvider clock, StoreUnavailable whenUnavailable = StoreUnavailable.Reject) =>
        RedisTesting.StartAsync(
            server,
            limits => limits.DefaultPolicy(policy => policy.FixedWindow("second", 1, s_second).Ban(2, s_second, s_ban)),
            clock,
            services: services => services.PostConfigureAll<RedisStoreOptions>(options => options.WhenUnavailable = whenUnavailable));
}
