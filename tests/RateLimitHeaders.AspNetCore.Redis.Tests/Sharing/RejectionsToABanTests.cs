using System.Buffers.Binary;
using System.Text;
using static RateLimitHeaders.AspNetCore.Tests.BannedCaller;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>The rejections that lead to a ban are counted together by all servers of a Redis.</summary>
public class RejectionsToABanTests
{
    private const string Rejections = "ratelimit:default:anonymous:rejections:*";

    [Fact]
    public async Task Rejections_ByBothServers_BanTheCallerOnBoth()
    {
        await using var servers = await TwoServers.StartAsync((redis, time) => RedisBans.StartAsync(redis, time, after: 5));
        var (server, clock, first, second) = servers;

        // Redis hears of a server's first rejection at once, and of the next ones half a second later.
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
        await RedisBans.IsSetAsync(server);
        Assert.Equal("", await server.CommandAsync("KEYS", Rejections));

        clock.Advance(Second);
        Assert.Equal((429, "599"), await SendAsync(first));
        Assert.Equal((429, "599"), await SendAsync(second));
        Assert.Equal(1, first.Log.Entries.Concat(second.Log.Entries).Count(entry => entry.Id == EventIds.Banned));
        clock.Advance(RedisBans.Length - Second - new TimeSpan(1));
        Assert.Equal((429, "1"), await SendAsync(first));
        Assert.Equal((429, "1"), await SendAsync(second));
        clock.Advance(new TimeSpan(1));
        Assert.Equal(200, (await SendAsync(second)).Status);
    }

    [Fact]
    public async Task Rejections_ThatAreTooFarApart_BanNoCaller()
    {
        await using var servers = await TwoServers.StartAsync((redis, time) => RedisBans.StartAsync(redis, time, after: 3));
        var (server, clock, first, second) = servers;
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
        Assert.Equal("0", await server.CommandAsync("EXISTS", RedisBans.Key));
    }

    [Fact]
    public async Task Rejections_OfAFlood_AreSavedInOneCall()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var api = await RedisBans.StartAsync(server, clock, after: 1_000);
        await api.CountsInRedisAsync(server);
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
        await using var servers = await TwoServers.StartAsync((redis, time) => RedisBans.StartAsync(redis, time, after: 3));
        var (server, _, first, second) = servers;
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
        await using var servers = await TwoServers.StartAsync((redis, time) => RedisBans.StartAsync(redis, time, after: 480));
        var (server, clock, first, second) = servers;
        Assert.Equal(200, (await SendAsync(first)).Status);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() => RejectAsync(worker % 2 == 0 ? first : second, 60))));

        // Neither server has answered so many by itself, nor both before the last one.
        clock.Advance(Second / 2);
        await RedisBans.IsSetAsync(server);
        clock.Advance(Second);
        Assert.Equal(((429, "599"), (429, "599")), (await SendAsync(first), await SendAsync(second)));
        Assert.Equal(1, first.Log.Entries.Concat(second.Log.Entries).Count(entry => entry.Id == EventIds.Banned));
    }

    [Fact]
    public async Task RejectionsInRedis_AreTheirEndAndTheirNumber_AndNoId()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var api = await RedisBans.StartAsync(server, clock, after: 3);
        await api.CountsInRedisAsync(server);
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
}
