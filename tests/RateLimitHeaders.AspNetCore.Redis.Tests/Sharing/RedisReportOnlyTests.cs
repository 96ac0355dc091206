using System.Net;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Report-only plans, counted in Redis by several servers.</summary>
public class RedisReportOnlyTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Requests_AreCountedByAllServers_AndRejectedByNone(bool remembers)
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var first = await StartAsync(server, clock, remembers);
        await using var second = await StartAsync(server, clock, remembers);
        await first.CountsInRedisAsync(server);
        await second.CountsInRedisAsync(server);
        List<string> answers = [];
        for (var i = 0; i < 6; i++)
        {
            var response = await (i % 2 == 0 ? first : second).SendAsync("/search");
            Assert.Equal(HttpStatusCode.OK, response.Status);
            answers.Add($"{response.Body} {response["Beta-RateLimit"]} {response["RateLimit"]}");
        }

        Assert.Equal(
            [
                "False  \"minute\";r=2;t=60 \"hour\";r=9;t=3600",
                "False  \"minute\";r=1;t=60 \"hour\";r=8;t=3600",
                "False  \"minute\";r=0;t=60 \"hour\";r=7;t=3600",
                "True minute \"minute\";r=0;t=60 \"hour\";r=6;t=3600",
                "True minute \"minute\";r=0;t=60 \"hour\";r=5;t=3600",
                "True minute \"minute\";r=0;t=60 \"hour\";r=4;t=3600",
            ],
            answers);
    }

    [Fact]
    public async Task TwoHostsAndManyThreads_AreCountedExactly()
    {
        await using var server = await RedisServer.StartAsync();
        await using var first = await StartAsync(server, new ManualTimeProvider(), remembers: false, limit: 60);
        await using var second = await StartAsync(server, new ManualTimeProvider(), remembers: false, limit: 60);
        await first.CountsInRedisAsync(server);
        await second.CountsInRedisAsync(server);
        using var measuredFirst = RecordedMeasurements.Of(first);
        using var measuredSecond = RecordedMeasurements.Of(second);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await (worker % 2 == 0 ? first : second).SendAsync("/search");
            }
        })));
        var measured = new[] { measuredFirst, measuredSecond }.SelectMany(server => server.Of("rate_limit_headers.would_rejections"));
        Assert.Equal(100, measured.Sum(measurement => measurement.Value));
    }

    private static Task<TestApi> StartAsync(RedisServer server, ManualTimeProvider clock, bool remembers, int limit = 3) => RedisTesting.StartAsync(
        server,
        limits => limits
            .AddPolicy("search", policy => policy.ReportOnly().FixedWindow("minute", limit, s_minute))
            .Global(policy => policy.FixedWindow("hour", limit == 3 ? 10 : 1_000, TimeSpan.FromHours(1)))
            .Headers(headers => headers.Ietf().ReportOnly()),
        clock,
        services: services => services.PostConfigureAll<RedisStoreOptions>(options => options.RememberRejections = remembers),
        map: web =>
        {
            web.MapGet("/", () => "hello");
            web.MapGet("/search", (HttpContext context) =>
                $"{context.GetRateLimitFeature()!.WouldReject} {context.GetRateLimitFeature()!.WouldRejectQuota}").RequireRateLimiting("search");
        });
}
