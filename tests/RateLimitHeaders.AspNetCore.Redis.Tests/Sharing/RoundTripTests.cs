using System.Net;
using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class RoundTripTests(ITestOutputHelper output)
{
    [Fact]
    public async Task ThreeQuotas_EachRequest_IsOneCall()
    {
        const int Requests = 1_000;
        await using var server = await RedisServer.StartAsync();
        await using var api = await RedisTesting.StartAsync(server, limits => limits
            .DefaultPolicy(policy => policy
                .TokenBucket("burst", capacity: 100_000, refillPerSecond: 10)
                .SlidingWindow("hourly", 100_000, TimeSpan.FromHours(1))
                .FixedWindow("daily", 100_000, TimeSpan.FromDays(1))));
        await api.CountsInRedisAsync(server);
        await CommandStatistics.ResetAsync(server);

        for (var i = 0; i < Requests; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(claims: [$"{System.Security.Claims.ClaimTypes.NameIdentifier}=user-{i % 7}"])).Status);
        }

        var statistics = await CommandStatistics.ReadAsync(server);
        output.WriteLine($"{Requests} requests under three quotas: {statistics}.");
        Assert.Equal(Requests, statistics.Scripts);
        Assert.Empty(statistics.Others);
    }

    [Fact]
    public async Task RejectedCaller_ThatDoesNotWait_CostsOneCallASecond()
    {
        const int Flood = 1_000;
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var api = await RedisTesting.StartAsync(server, limits => limits.FixedWindow(permitLimit: 5, window: TimeSpan.FromMinutes(1)), clock);
        await api.CountsInRedisAsync(server);
        await CommandStatistics.ResetAsync(server);

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(address: "192.0.2.1")).Status);
        }

        Assert.Equal("60", (await api.SendAsync(address: "192.0.2.1"))["Retry-After"]);
        Assert.Equal(6, (await CommandStatistics.ReadAsync(server)).Scripts);

        // As the clock stands still meanwhile but for one moment, there is one more second.
        for (var i = 0; i < Flood; i++)
        {
            clock.Advance(i == Flood / 2 ? TimeSpan.FromSeconds(20) : TimeSpan.Zero);
            var rejected = await api.SendAsync(address: "192.0.2.1");
            Assert.Equal((HttpStatusCode.TooManyRequests, i < Flood / 2 ? "60" : "40", "0"), (rejected.Status, rejected["Retry-After"], rejected["X-RateLimit-Remaining"]));
        }

        var statistics = await CommandStatistics.ReadAsync(server);
        output.WriteLine($"{Flood} rejected requests after the first one: {statistics}.");
        Assert.Equal(7, statistics.Scripts);
        Assert.Empty(statistics.Others);

        // Others are not rejected with it, and it is asked for again as soon as its time is over.
        Assert.Equal("4", (await api.SendAsync(address: "192.0.2.2"))["X-RateLimit-Remaining"]);
        clock.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal("4", (await api.SendAsync(address: "192.0.2.1"))["X-RateLimit-Remaining"]);
        Assert.Equal(9, (await CommandStatistics.ReadAsync(server)).Scripts);
    }
}
