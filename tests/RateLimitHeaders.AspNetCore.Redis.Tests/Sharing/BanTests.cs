using System.Buffers.Binary;
using System.Text;
using static RateLimitHeaders.AspNetCore.Tests.BannedCaller;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Bans are shared by all servers of a Redis, and felt within a second.</summary>
public class BanTests
{
    private const string Bans = "ratelimit:default:anonymous:bans";
    private const string Rejections = "ratelimit:default:anonymous:rejections:*";

    private static readonly TimeSpan s_ban = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Ban_ByOneServer_IsFeltByTheOthersWithinASecond_UntilItsEnd()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var first = await StartAsync(server, clock);
        await using var second = await StartAsync(server, clock);
        await StartCountingAsync(server, first, second);
        await BanAsync(first, server);

        clock.Advance(Second);
        Assert.Equal((429, "599"), await SendAsync(first));
        Assert.Equal((429, "599"), await SendAsync(second));
        Assert.Equal(200, (await SendAsync(second, "192.0.2.2")).Status);

        // A server that starts later knows of it with its first request.
        await using var third = await StartAsync(server, clock);
        Assert.Equal((429, "599"), await SendAsync(third));

        clock.Advance(s_ban - Second);
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
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var first = await StartAsync(server, clock);
        await using var second = await StartAsync(server, clock);
        await StartCountingAsync(server, first, second);
        await BanAsync(first, server);
        clock.Advance(Second);
        Assert.Equal((429, 429), ((await SendAsync(first)).Status, (await SendAsync(second)).Status));
        Assert.True(await BansOf(second).LiftAsync(Caller));

        // Before it reads again, and hears of the lift.
        BansOf(first).Extend(Caller, 2 * s_ban);
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
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var first = await StartAsync(server, clock);
        await using var second = await StartAsync(server, clock);
        await StartCountingAsync(server, first, second);
        await BanAsync(first, server);
        clock.Advance(Second);
        Assert.Equal((429, "599"), await SendAsync(second));

        // Whatever the terms of a server are, a ban never becomes shorter.
        var plan = first.Services.GetRequiredService<RateLimitRuntime>().Current.Policies[0].CountedPlanOf("anonymous")!;
        var store = StoreStack.GuardedOf(plan.Counted!)!.Store;
        Assert.True(await store.ExtendBanAsync(store.BanNameOf(Caller), TimeSpan.FromMinutes(minutes)));
        clock.Advance(Second);
        Assert.Equal((429, retryAfter), await SendAsync(second));
        clock.Advance(TimeSpan.FromMinutes(20));
        Assert.False(await store.ExtendBanAsync(store.BanNameOf(Caller), s_ban));
        Assert.Equal(200, (await SendAsync(second)).Status);
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
        Assert.True(await BansOf(second).LiftAsync(Caller));
        clock.Advance(s_ban / 2);
        Assert.Equal(200, (await SendAsync(second, "192.0.2.7")).Status);
        Assert.Equal(200, (await SendAsync(first)).Status);
    }

    [Fact]
    public async Task Ban_AfterTheClockOfRedisWasSetBack_EndsAsBeforeOnServersThatKnowIt()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        var back = TimeSpan.Zero;
        await using var first = await StartAsync(server, clock, back: () => back);
        await using var second = await StartAsync(server, clock, back: () => back);
        await StartCountingAsync(server, first, second);
        await BanAsync(first, server);
        clock.Advance(s_ban / 2);
        Assert.Equal(((429, "300"), (429, "300")), (await SendAsync(first), await SendAsync(second)));

        back = TimeSpan.FromHours(1);
        clock.Advance(Second);
        Assert.Equal(((429, "299"), (429, "299")), (await SendAsync(first), await SendAsync(second)));

        // Redis has no other moment than that of the ban.
        await using var third = await StartAsync(server, clock, back: () => back);
        Assert.Equal((429, "600"), await SendAsync(third));
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
        clock.Advance(Second);
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

    [Fact]
    public async Task Rejections_ByBothServers_BanTheCallerOnBoth()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var first = await StartAsync(server, clock, after: 5);
        await using var second = await StartAsync(server, clock, after: 5);
        await StartCountingAsync(server, first, second);

        // Each server tells of its first rejection at once, and of the next ones half a second later.
        Assert.Equal(200, (await SendAsync(first)).Status);
        await RejectAsync(first, 1);
        await RejectAsync(second, 1);
        await RejectionsAreAsync(server, "2");
        await RejectAsync(first, 1);
        await RejectAsync(second, 2);
        await RejectionsAreAsync(server, "2");
        clock.Advance((Second / 2) - new TimeSpan(1));
        await RejectionsAreAsync(server, "2");
        clock.Advance(new TimeSpan(1));
        await BanIsSetAsync(server);
        Assert.Equal("", await server.CommandAsync("KEYS", Rejections));

        clock.Advance(Second);
        Assert.Equal((429, "599"), await SendAsync(first));
        Assert.Equal((429, "599"), await SendAsync(second));
        Assert.Equal(1, first.Log.Entries.Concat(second.Log.Entries).Count(entry => entry.Id == EventIds.Banned));
        clock.Advance(s_ban - Second - new TimeSpan(1));
        Assert.Equal((429, "1"), await SendAsync(first));
        Assert.Equal((429, "1"), await SendAsync(second));
        clock.Advance(new TimeSpan(1));
        Assert.Equal(200, (await SendAsync(second)).Status);
    }

    [Fact]
    public async Task Rejections_ThatAreTooFarApart_BanNoCaller()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var first = await StartAsync(server, clock, after: 3);
        await using var second = await StartAsync(server, clock, after: 3);
        await StartCountingAsync(server, first, second);
        Assert.Equal(200, (await SendAsync(first)).Status);
        await RejectAsync(first, 1);
        await RejectionsAreAsync(server, "1");

        // They count for ten seconds from the first of them, which the second server has not answered.
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(200, (await SendAsync(second)).Status);
        await RejectAsync(second, 1);
        await RejectionsAreAsync(server, "2");
        clock.Advance(Second);
        Assert.Equal(200, (await SendAsync(second)).Status);
        await RejectAsync(second, 1);
        await RejectionsAreAsync(server, "1");
        Assert.Equal("0", await server.CommandAsync("EXISTS", Bans));
    }

    [Fact]
    public async Task Rejections_OfAFlood_AreToldTogether()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var api = await StartAsync(server, clock, after: 1_000);
        await StartCountingAsync(server, api);
        Assert.Equal(200, (await SendAsync(api)).Status);
        await RejectAsync(api, 1);
        await RejectionsAreAsync(server, "1");
        await CommandStatistics.ResetAsync(server);
        await RejectAsync(api, 200);
        await RejectionsAreAsync(server, "1");
        clock.Advance(Second / 2);
        await RejectionsAreAsync(server, "201");
        Assert.Equal(1, (await CommandStatistics.ReadAsync(server)).Scripts);
    }

    [Fact]
    public async Task Rejections_OfACallerThatIsReset_AreForgottenByAll()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var first = await StartAsync(server, clock, after: 3);
        await using var second = await StartAsync(server, clock, after: 3);
        await StartCountingAsync(server, first, second);
        Assert.Equal(200, (await SendAsync(first)).Status);
        await RejectAsync(first, 1);
        await RejectionsAreAsync(server, "1");
        await second.Services.GetRequiredService<IRateLimitOperator>().ResetAsync(
            new RateLimitTarget(Caller.TokenType, "192.0.2.1"), "support", CancellationToken.None);
        Assert.Equal("", await server.CommandAsync("KEYS", Rejections));
    }

    [Fact]
    public async Task Rejections_OfManyThreadsOnTwoServers_LeadToOneBan()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var first = await StartAsync(server, clock, after: 480);
        await using var second = await StartAsync(server, clock, after: 480);
        await StartCountingAsync(server, first, second);
        Assert.Equal(200, (await SendAsync(first)).Status);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() => RejectAsync(worker % 2 == 0 ? first : second, 60))));

        // Neither server has answered so many by itself, nor both before the last one.
        clock.Advance(Second / 2);
        await BanIsSetAsync(server);
        clock.Advance(Second);
        Assert.Equal(((429, "599"), (429, "599")), (await SendAsync(first), await SendAsync(second)));
        Assert.Equal(1, first.Log.Entries.Concat(second.Log.Entries).Count(entry => entry.Id == EventIds.Banned));
    }

    [Fact]
    public async Task RejectionsInRedis_AreTheirEndAndTheirNumber_AndNoId()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var api = await StartAsync(server, clock, after: 3);
        await StartCountingAsync(server, api);
        Assert.Equal(200, (await SendAsync(api)).Status);
        await RejectAsync(api, 1);
        await RejectionsAreAsync(server, "1");
        var key = await server.CommandAsync("KEYS", Rejections);
        Assert.Equal("ratelimit:default:anonymous:rejections:{Bra7WKMV3l3OOjtLAzNRyA}", key);
        var state = Encoding.Latin1.GetBytes(await server.CommandAsync("GET", key));
        Assert.Equal(
            [(ManualTimeProvider.Start + TimeSpan.FromSeconds(10) - DateTimeOffset.UnixEpoch).TotalMicroseconds, 1],
            [BinaryPrimitives.ReadDoubleLittleEndian(state), BinaryPrimitives.ReadDoubleLittleEndian(state.AsSpan(8))]);
    }

    /// <summary>Waits until Redis knows of as many rejections.</summary>
    private static async Task RejectionsAreAsync(RedisServer server, string expected)
    {
        const string Sum = "local k = redis.call('KEYS', ARGV[1]) if #k ~= 1 then return #k .. ' keys' end "
            + "local _, n = struct.unpack('<dd', redis.call('GET', k[1])) return string.format('%.0f', n)";
        for (var attempt = 0; ; attempt++)
        {
            var sum = await server.CommandAsync("EVAL", Sum, "0", Rejections);
            if (sum == expected)
            {
                return;
            }

            Assert.True(attempt < 400, $"Redis has heard of {sum} rejections within 20 s, and not of {expected}.");
            await Task.Delay(50);
        }
    }

    /// <summary>Has a server ban the caller, and waits until Redis knows of it.</summary>
    private static async Task BanAsync(TestApi api, RedisServer server)
    {
        for (var i = 0; i < 3; i++)
        {
            await SendAsync(api);
        }

        await BanIsSetAsync(server);
    }

    private static async Task BanIsSetAsync(RedisServer server)
    {
        for (var attempt = 0; await server.CommandAsync("EXISTS", Bans) != "1"; attempt++)
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

    private static Task<TestApi> StartAsync(
        RedisServer server, ManualTimeProvider clock, StoreUnavailable whenUnavailable = StoreUnavailable.Reject, int after = 2, Func<TimeSpan>? back = null) =>
        RedisTesting.StartAsync(
            server,
            limits => limits.DefaultPolicy(policy => policy
                .FixedWindow("second", 1, Second).Ban(after, after == 2 ? Second : 10 * Second, s_ban)),
            clock,
            services: services => services.PostConfigureAll<RedisStoreOptions>(options =>
            {
                options.WhenUnavailable = whenUnavailable;
                if (back is not null)
                {
                    options.DecorateRunner = runner => new TimedRunner(
                        runner, () => (RateLimitClock.For(clock).Now - back().Ticks) / TimeSpan.TicksPerMicrosecond);
                }
            }));
}
