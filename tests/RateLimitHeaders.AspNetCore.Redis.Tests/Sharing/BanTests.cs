using static RateLimitHeaders.AspNetCore.Tests.BannedCaller;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Bans are shared by all servers of a Redis, and felt within a second.</summary>
public class BanTests
{
    [Fact]
    public async Task Ban_ByOneServer_AppliesOnTheOthersWithinASecond_UntilItsEnd()
    {
        await using var servers = await BannedAsync();
        var (server, clock, first, second) = servers;

        clock.Advance(Second);
        Assert.Equal((429, "599"), await SendAsync(first));
        Assert.Equal((429, "599"), await SendAsync(second));
        Assert.Equal(200, (await SendAsync(second, "192.0.2.2")).Status);

        // A server that starts later knows of it with its first request.
        await using var third = await RedisBans.StartAsync(server, clock);
        Assert.Equal((429, "599"), await SendAsync(third));

        clock.Advance(RedisBans.Length - Second);
        Assert.Equal(200, (await SendAsync(second)).Status);
    }

    [Fact]
    public async Task Ban_ThatIsLiftedOnOneServer_IsOverOnTheOthersWithinASecond()
    {
        await using var servers = await BannedAsync();
        var (_, clock, first, second) = servers;
        clock.Advance(Second);
        Assert.Equal(429, (await SendAsync(second)).Status);

        Assert.True(await BansOf(second).LiftAsync(Caller));
        Assert.Equal(200, (await SendAsync(second)).Status);
        clock.Advance(Second);
        Assert.Equal(200, (await SendAsync(first)).Status);
        Assert.Null(BansOf(first).Find(Caller));
    }

    [Fact]
    public async Task Ban_ThatWasLiftedOnOneServer_IsNotSetAgainByTheExtensionOfAnother()
    {
        await using var servers = await BannedAsync();
        var (_, clock, first, second) = servers;
        clock.Advance(Second);
        Assert.Equal((429, 429), ((await SendAsync(first)).Status, (await SendAsync(second)).Status));
        Assert.True(await BansOf(second).LiftAsync(Caller));

        // Before it reads again, and hears of the lift.
        BansOf(first).Extend(Caller, 2 * RedisBans.Length);
        await Eventually.IsTrueAsync(() => BansOf(first).Find(Caller) is null, "The server that has extended the ban does not hear that it was lifted.");
        clock.Advance(Second);
        Assert.Equal((200, null), await SendAsync(second));
        Assert.Null(BansOf(second).Find(Caller));
    }

    [Theory]
    [InlineData(20, "1199")]
    [InlineData(5, "598")]
    public async Task Ban_ThatIsExtended_LastsLongerOnAllServers(int minutes, string retryAfter)
    {
        await using var servers = await BannedAsync();
        var (_, clock, first, second) = servers;
        clock.Advance(Second);
        Assert.Equal((429, "599"), await SendAsync(second));

        // Whatever the terms of a server are, a ban never becomes shorter.
        var plan = first.Services.GetRequiredService<RateLimitRuntime>().Current.Policies[0].CountedPlanOf("anonymous")!;
        var store = StoreStack.GuardedOf(plan.Counted!)!.Store;
        Assert.True(await store.ExtendBanAsync(store.BanNameOf(Caller), TimeSpan.FromMinutes(minutes)));
        clock.Advance(Second);
        Assert.Equal((429, retryAfter), await SendAsync(second));
        clock.Advance(TimeSpan.FromMinutes(20));
        Assert.False(await store.ExtendBanAsync(store.BanNameOf(Caller), RedisBans.Length));
        Assert.Equal(200, (await SendAsync(second)).Status);
    }

    [Fact]
    public async Task Ban_ThatWasLiftedLongAgo_IsLiftedOnAServerThatServedNothingSince()
    {
        await using var servers = await BannedAsync();
        var (_, clock, first, second) = servers;
        Assert.True(await BansOf(second).LiftAsync(Caller));
        clock.Advance(RedisBans.Length / 2);
        Assert.Equal(200, (await SendAsync(second, "192.0.2.7")).Status);
        Assert.Equal(200, (await SendAsync(first)).Status);
    }

    [Fact]
    public async Task Ban_AfterTheClockOfRedisWasSetBack_EndsAsBeforeOnServersThatHaveReadIt()
    {
        var back = TimeSpan.Zero;
        await using var servers = await TwoServers.StartAsync((redis, time) => RedisBans.StartAsync(redis, time, back: () => back));
        var (server, clock, first, second) = servers;
        await BanAsync(first, server);
        clock.Advance(RedisBans.Length / 2);
        Assert.Equal(((429, "300"), (429, "300")), (await SendAsync(first), await SendAsync(second)));

        back = TimeSpan.FromHours(1);
        clock.Advance(Second);
        Assert.Equal(((429, "299"), (429, "299")), (await SendAsync(first), await SendAsync(second)));

        // Redis has no other moment than that of the ban.
        await using var third = await RedisBans.StartAsync(server, clock, back: () => back);
        Assert.Equal((429, "600"), await SendAsync(third));
    }

    [Fact]
    public async Task Ban_InAnOutage_AppliesOnThisServer()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var api = await RedisBans.StartAsync(server, clock, StoreUnavailable.LimitInMemory);
        await api.CountsInRedisAsync(server);
        await server.StopAsync();
        await SendAsync(api);
        await SendAsync(api);
        await SendAsync(api);
        clock.Advance(Second);
        Assert.Equal((429, "599"), await SendAsync(api));
    }

    [Fact]
    public async Task BansInRedis_ReadAndWriteNoId()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var api = await RedisBans.StartAsync(server, clock);
        await api.CountsInRedisAsync(server);
        await BanAsync(api, server);
        Assert.Contains(RedisBans.Key, await server.CommandAsync("KEYS", "*"), StringComparison.Ordinal);
        Assert.Equal("54", await server.CommandAsync("STRLEN", RedisBans.Key));
    }

    [Fact]
    public async Task TwoHostsAndManyThreads_NeverGetMoreThanTheLimit_AndAreBannedOnBoth()
    {
        const int Limit = 60;
        await using var servers = await TwoServers.StartAsync((redis, time) => RedisTesting.StartAsync(
            redis,
            limits => limits.DefaultPolicy(policy => policy.TokenBucket("bucket", Limit, Day).Ban(20, RedisBans.Length, 2 * Day)),
            time));
        var (_, clock, first, second) = servers;
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
        clock.Advance(Day);
        Assert.Equal((429, 429), ((await SendAsync(first)).Status, (await SendAsync(second)).Status));
        clock.Advance(Day);
        Assert.Equal(200, (await SendAsync(second)).Status);
    }

    /// <summary>Starts two servers, the first of which bans the caller.</summary>
    private static async Task<TwoServers> BannedAsync()
    {
        var servers = await TwoServers.StartAsync((redis, time) => RedisBans.StartAsync(redis, time));
        await BanAsync(servers.First, servers.Redis);
        return servers;
    }

    /// <summary>Has a server ban the caller, and waits until Redis knows of it.</summary>
    private static async Task BanAsync(TestApi api, RedisServer server)
    {
        for (var i = 0; i < 3; i++)
        {
            await SendAsync(api);
        }

        await RedisBans.IsSetAsync(server);
    }
}
