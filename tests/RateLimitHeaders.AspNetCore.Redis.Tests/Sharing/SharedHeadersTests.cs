using System.Net;
using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class SharedHeadersTests(ITestOutputHelper output)
{
    [Fact]
    public async Task TwoHosts_OneRedis_CountOneQuotaDown()
    {
        await using var servers = await TwoServers.StartAsync(StartAsync);
        var (_, clock, first, second) = servers;

        Assert.Equal(Headers(remaining: 3, seconds: 60), (await first.SendAsync(address: "192.0.2.1")).LimitHeaders);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(Headers(remaining: 2, seconds: 50), (await second.SendAsync(address: "192.0.2.1")).LimitHeaders);
        Assert.Equal(Headers(remaining: 1, seconds: 50), (await first.SendAsync(address: "192.0.2.1")).LimitHeaders);
        clock.Advance(TimeSpan.FromSeconds(30));
        var last = await second.SendAsync(address: "192.0.2.1");
        Assert.Equal(Headers(remaining: 0, seconds: 20), last.LimitHeaders);
        output.WriteLine(last.LimitHeaders);

        foreach (var api in new[] { first, second })
        {
            var rejected = await api.SendAsync(address: "192.0.2.1");
            Assert.Equal(HttpStatusCode.TooManyRequests, rejected.Status);
            Assert.Equal($"Retry-After: 20\nCache-Control: no-store\n{Headers(remaining: 0, seconds: 20)}", Sorted(rejected.LimitHeaders));
        }

        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal("3", (await second.SendAsync(address: "192.0.2.1"))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task TwoHosts_ServersWallClocksDiffer_PrintTheSameReset()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        var wrong = new ManualTimeProvider();
        wrong.JumpWallClock(TimeSpan.FromHours(5));
        await using var first = await StartAsync(server, clock);
        await using var second = await RedisTesting.StartAsync(server, Limit, clock, time: wrong);
        await first.CountsInRedisAsync(server);
        await second.CountsInRedisAsync(server);

        Assert.Equal(Headers(remaining: 3, seconds: 60), (await first.SendAsync(address: "192.0.2.1")).LimitHeaders);
        Assert.Equal(Headers(remaining: 2, seconds: 60), (await second.SendAsync(address: "192.0.2.1")).LimitHeaders);
    }

    private static Task<TestApi> StartAsync(RedisServer server, ManualTimeProvider clock) =>
        RedisTesting.StartAsync(server, Limit, clock);

    private static void Limit(RateLimitsBuilder limits) => limits
        .FixedWindow(permitLimit: 4, window: TimeSpan.FromMinutes(1))
        .Headers(headers => headers.XRateLimit().Ietf());

    // The window ends at 14:08:13 for all.
    private static string Headers(int remaining, int seconds) =>
        $"""
        X-RateLimit-Limit: 4
        X-RateLimit-Remaining: {remaining}
        X-RateLimit-Reset: 1779545293
        RateLimit: "default";r={remaining};t={seconds}
        RateLimit-Policy: "default";q=4;w=60
        """;

    // The fields of a rejection first: the server prints them in an order of its own.
    private static string Sorted(string headers) => string.Join(
        '\n', headers.Split('\n').OrderBy(line => line.StartsWith("Retry", StringComparison.Ordinal) ? 0 : line.StartsWith("Cache", StringComparison.Ordinal) ? 1 : 2));
}
