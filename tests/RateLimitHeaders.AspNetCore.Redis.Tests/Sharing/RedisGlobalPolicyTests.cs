using System.Net;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A global policy beside that of an endpoint, counted in Redis: one decision, one round trip.</summary>
public class RedisGlobalPolicyTests
{
    [Fact]
    public async Task Requests_AreOneCallEach_AndChargedByBothOrNone()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var api = await StartAsync(server, clock, remembers: false);
        await KnowsScriptsAsync(api, server);

        Assert.Equal("\"minute\";r=1;t=60, \"hour\";r=4;t=3600", (await api.SendAsync("/search"))["RateLimit"]);
        Assert.Equal("\"minute\";r=0;t=60, \"hour\";r=3;t=3600", (await api.SendAsync("/search"))["RateLimit"]);
        for (var i = 0; i < 5; i++)
        {
            var rejected = await api.SendAsync("/search");
            Assert.Equal(
                (429, "60", "\"minute\";r=0;t=60, \"hour\";r=3;t=3600"), ((int)rejected.Status, rejected["Retry-After"], rejected["RateLimit"]));
        }

        Assert.Equal("\"hour\";r=2;t=3600", (await api.SendAsync("/"))["RateLimit"]);
        var statistics = await CommandStatistics.ReadAsync(server);
        Assert.Equal(8, statistics.Scripts);
        Assert.Empty(statistics.Others);

        clock.Advance(Minute);
        Assert.Equal("\"minute\";r=1;t=60, \"hour\";r=1;t=3540", (await api.SendAsync("/search"))["RateLimit"]);
        Assert.Equal("\"minute\";r=0;t=60, \"hour\";r=0;t=3540", (await api.SendAsync("/search"))["RateLimit"]);
        clock.Advance(Minute);
        var byTheHour = await api.SendAsync("/search");
        Assert.Equal((429, "3480", "\"minute\";r=2, \"hour\";r=0;t=3480"), ((int)byTheHour.Status, byTheHour["Retry-After"], byTheHour["RateLimit"]));
    }

    [Fact]
    public async Task SharedResource_OfBothPolicies_OneOfWhichBans_IsChargedOnce()
    {
        await using var server = await RedisServer.StartAsync();
        await using var api = await RedisTesting.StartAsync(
            server,
            limits => limits
                .AddPolicy("search", policy => policy.SharedResource("core").FixedWindow("hour", 2, Hour))
                .Global(policy => policy.SharedResource("core").FixedWindow("hour", 2, Hour).Ban(2, Hour, 10 * Hour))
                .Headers(headers => headers.Ietf()),
            new ManualTimeProvider(),
            map: Map);
        await api.CountsInRedisAsync(server);
        Assert.Equal("\"hour\";r=1;t=3600", (await api.SendAsync("/search"))["RateLimit"]);
        Assert.Equal("\"hour\";r=0;t=3600", (await api.SendAsync("/search"))["RateLimit"]);
        for (var i = 0; i < 2; i++)
        {
            Assert.Contains("#quota-exceeded", (await api.SendAsync("/search")).Body, StringComparison.Ordinal);
        }

        Assert.Contains("#abnormal-usage-detected", (await api.SendAsync("/search")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RejectionByTheGlobalPolicy_IsRememberedForAllEndpoints()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var api = await StartAsync(server, clock, remembers: true);
        await KnowsScriptsAsync(api, server);
        for (var i = 0; i < 5; i++)
        {
            await api.SendAsync("/");
        }

        await CommandStatistics.ResetAsync(server);
        Assert.Equal("\"minute\";r=2, \"hour\";r=0;t=3600", (await api.SendAsync("/search"))["RateLimit"]);
        for (var i = 0; i < 10; i++)
        {
            var rejected = await api.SendAsync(i % 2 == 0 ? "/search" : "/");
            Assert.Equal((429, "3600", "\"hour\";r=0;t=3600"), ((int)rejected.Status, rejected["Retry-After"], rejected["RateLimit"]));
        }

        Assert.Equal(1, (await CommandStatistics.ReadAsync(server)).Scripts);
    }

    [Fact]
    public async Task RejectionsByBoth_AreRememberedWithTheLongerWait()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var api = await StartAsync(server, clock, remembers: true);
        await KnowsScriptsAsync(api, server);
        foreach (var path in (string[])["/", "/", "/", "/search", "/search"])
        {
            Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(path)).Status);
        }

        await CommandStatistics.ResetAsync(server);
        for (var i = 0; i < 10; i++)
        {
            var rejected = await api.SendAsync("/search");
            Assert.Equal(
                (429, "3600", "\"minute\";r=0;t=60, \"hour\";r=0;t=3600"), ((int)rejected.Status, rejected["Retry-After"], rejected["RateLimit"]));
        }

        Assert.Equal(1, (await CommandStatistics.ReadAsync(server)).Scripts);
    }

    [Fact]
    public async Task Outage_IsCountedInMemoryByBoth_FromTheLastKnownRemaining()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var api = await StartAsync(server, clock, remembers: false, StoreUnavailable.LimitInMemory);
        await api.CountsInRedisAsync(server);
        Assert.Equal("\"minute\";r=1;t=60, \"hour\";r=4;t=3600", (await api.SendAsync("/search"))["RateLimit"]);

        await server.StopAsync();
        Assert.Equal("\"minute\";r=0;t=60, \"hour\";r=3;t=3600", (await api.SendAsync("/search"))["RateLimit"]);
        Assert.Equal(
            (HttpStatusCode.TooManyRequests, "\"minute\";r=0;t=60, \"hour\";r=3;t=3600"),
            await api.SendAsync("/search") is var rejected ? (rejected.Status, rejected["RateLimit"]) : default);
        Assert.Equal("\"hour\";r=2;t=3600", (await api.SendAsync("/"))["RateLimit"]);
    }

    [Fact]
    public async Task Outage_WithoutFallback_IsAnsweredWith503()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var api = await StartAsync(server, clock, remembers: false);
        await api.CountsInRedisAsync(server);
        await server.StopAsync();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "1"), await api.SendAsync("/search") is var answer ? (answer.Status, answer["Retry-After"]) : default);
    }

    [Fact]
    public async Task TwoHostsAndManyThreads_NeverGetMoreThanEitherLimit()
    {
        const int Search = 60;
        const int All = 100;
        await using var server = await RedisServer.StartAsync();
        void Limit(RateLimitsBuilder limits) => limits
            .AddPolicy("search", policy => policy.SlidingWindow("minute", Search, Hour))
            .Global(policy => policy.TokenBucket("hour", All, TimeSpan.FromDays(1)));
        await using var first = await RedisTesting.StartAsync(server, Limit, new ManualTimeProvider(), map: Map);
        await using var second = await RedisTesting.StartAsync(server, Limit, new ManualTimeProvider(), map: Map);
        await first.CountsInRedisAsync(server);
        await second.CountsInRedisAsync(server);

        var admitted = new int[2];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                var place = i % 2;
                if ((await (worker % 2 == 0 ? first : second).SendAsync(place == 0 ? "/search" : "/")).Status == HttpStatusCode.OK)
                {
                    Interlocked.Increment(ref admitted[place]);
                }
            }
        })));
        Assert.Equal(All, admitted[0] + admitted[1]);
        Assert.InRange(admitted[0], 1, Search);
    }

    [Fact]
    public async Task Cluster_CountsBothPoliciesOfACaller_OnItsServer()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var api = await TestApi.StartAsync(
            Limit,
            Map,
            services => services.AddRateLimitHeaders().AddRedis(cluster.Configuration, options =>
            {
                options.Deadline = TimeSpan.FromSeconds(20);
                options.WhenUnavailable = StoreUnavailable.Reject;
                options.RememberRejections = false;
            }));
        for (var attempt = 0; (await api.SendAsync("/search", address: "198.51.100.1")).Status == HttpStatusCode.ServiceUnavailable; attempt++)
        {
            Assert.True(attempt < 400, "It does not count in Redis within 20 s.");
            await Task.Delay(50);
        }

        for (var caller = 0; caller < 20; caller++)
        {
            var address = $"192.0.2.{caller}";
            HttpStatusCode[] answers =
            [
                (await api.SendAsync("/search", address: address)).Status,
                (await api.SendAsync("/search", address: address)).Status,
                (await api.SendAsync("/search", address: address)).Status,
                (await api.SendAsync("/", address: address)).Status,
                (await api.SendAsync("/", address: address)).Status,
                (await api.SendAsync("/", address: address)).Status,
                (await api.SendAsync("/", address: address)).Status,
            ];
            Assert.Equal([200, 200, 429, 200, 200, 200, 429], answers.Select(answer => (int)answer));
        }
    }

    /// <summary>Has Redis know the scripts, and forget their callers.</summary>
    private static async Task KnowsScriptsAsync(TestApi api, RedisServer server)
    {
        await api.CountsInRedisAsync(server);
        await api.SendAsync("/search", address: "198.51.100.1");
        await CommandStatistics.ResetAsync(server);
    }

    private static Task<TestApi> StartAsync(
        RedisServer server, ManualTimeProvider clock, bool remembers, StoreUnavailable whenUnavailable = StoreUnavailable.Reject) =>
        RedisTesting.StartAsync(
            server,
            Limit,
            clock,
            services: services => services.AddRateLimitHeaders().Services.PostConfigureAll<RedisStoreOptions>(options =>
            {
                options.RememberRejections = remembers;
                options.WhenUnavailable = whenUnavailable;
            }),
            map: Map);

    private static void Limit(RateLimitsBuilder limits) => limits
        .AddPolicy("search", policy => policy.FixedWindow("minute", 2, Minute))
        .Global(policy => policy.FixedWindow("hour", 5, Hour))
        .Headers(headers => headers.Ietf());

    private static void Map(WebApplication web)
    {
        web.MapGet("/", () => "free");
        web.MapGet("/search", () => "found").RequireRateLimiting("search");
    }
}
