namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Requests that are counted in Redis are settled there, by their true cost, their bytes and their responses.</summary>
public class SettlementTests
{
    [Fact]
    public async Task TrueCost_BeyondTheLimit_IsOwedUpToTheBound()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var api = await StartAsync(
            server,
            clock,
            policy => policy.TokenBucket("tokens", 100, Minute).MaxDebt("tokens", 20),
            web => web.MapGet("/", async (HttpContext context) =>
            {
                var feature = context.GetRateLimitFeature()!;
                await feature.SettleAsync("tokens", 150);
                return feature.Uncharged;
            }).WithRateLimitCost(10));

        Assert.Equal(("30", "\"tokens\";r=0;t=13"), await BodyAndLimitAsync(api));
        var rejected = await api.SendAsync();
        Assert.Equal((429, "18"), ((int)rejected.Status, rejected["Retry-After"]));
        clock.Advance(TimeSpan.FromSeconds(17));
        Assert.Equal(429, (int)(await api.SendAsync()).Status);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (int)(await api.SendAsync()).Status);
    }

    [Fact]
    public async Task TrueCost_AfterAChargeBeyondTheBound_IsWhatWasTaken()
    {
        await using var server = await RedisServer.StartAsync();
        await using var api = await StartAsync(
            server,
            new ManualTimeProvider(),
            policy => policy.TokenBucket("tokens", 100, Minute).MaxDebt("tokens", 20),
            web => web.MapGet("/", async (HttpContext context) =>
            {
                var feature = context.GetRateLimitFeature()!;
                await feature.ChargeAsync("tokens", 200);
                await feature.SettleAsync("tokens", 60);
                return feature.Uncharged;
            }).WithRateLimitCost(10));

        Assert.Equal(("90", "\"tokens\";r=40;t=1"), await BodyAndLimitAsync(api));
    }

    [Fact]
    public async Task Bytes_OfResponses_AreChargedAsRequestsEnd()
    {
        await using var server = await RedisServer.StartAsync();
        await using var api = await StartAsync(
            server,
            new ManualTimeProvider(),
            policy => policy.FixedWindow("bytes", 1_000, Minute, unit: QuotaUnits.ContentBytes).CountResponseBytes("bytes"),
            web => web.MapGet("/", () => new string('a', 400)));

        Assert.Equal("\"bytes\";r=1000", (await api.SendAsync())["RateLimit"]);
        Assert.Equal("\"bytes\";r=600;t=60", (await api.SendAsync())["RateLimit"]);
        Assert.Equal("\"bytes\";r=200;t=60", (await api.SendAsync())["RateLimit"]);
        var rejected = await api.SendAsync();
        Assert.Equal((429, "60"), ((int)rejected.Status, rejected["Retry-After"]));
    }

    [Fact]
    public async Task Responses_ThatDoNotCount_AreGivenBack_AndASuccessForgetsFailures()
    {
        await using var server = await RedisServer.StartAsync();
        await using var api = await StartAsync(
            server,
            new ManualTimeProvider(),
            policy => policy
                .FixedWindow("failures", 5, Minute)
                .CountOnly(CountedResponses.Failures)
                .DoNotCount(404)
                .ResetOnSuccess(response => response.StatusCode == 201),
            web => web.MapGet("/", (int status) => Results.StatusCode(status)));

        var told = new List<string?>();
        foreach (var status in (int[])[401, 404, 200, 401, 201, 401])
        {
            told.Add((await api.SendAsync($"/?status={status}"))["RateLimit"]);
        }

        Assert.Equal(
            [
                "\"failures\";r=4;t=60",
                "\"failures\";r=4;t=60",
                "\"failures\";r=4;t=60",
                "\"failures\";r=3;t=60",
                "\"failures\";r=5",
                "\"failures\";r=4;t=60",
            ],
            told);
    }

    [Theory]
    [InlineData("window")]
    [InlineData("sliding")]
    [InlineData("bucket")]
    public async Task Refund_AfterARequestToAServerWithAnotherLimit_KeepsTheLimitOfThisServer(string algorithm)
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var other = await StartAsync(server, clock, Quotas(60), web => web.MapGet("/", () => "hello"));
        await using var api = await StartAsync(
            server,
            clock,
            policy => Quotas(100)(policy).CountOnly(CountedResponses.Failures),
            web => web.MapGet("/", async () => { await other.SendAsync(); }));

        Assert.Equal("\"q\";r=99", (await api.SendAsync())["RateLimit"]!.Split(";t")[0]);
        Assert.Equal("\"q\";q=100;w=60", (await api.SendAsync())["RateLimit-Policy"]);

        Func<PolicyBuilder, PolicyBuilder> Quotas(int limit) => policy => algorithm switch
        {
            "window" => policy.FixedWindow("q", limit, Minute),
            "sliding" => policy.SlidingWindow("q", limit, Minute),
            _ => policy.TokenBucket("q", limit, Minute),
        };
    }

    [Fact]
    public async Task Charge_AfterARequestToAServerWithAnotherLimit_IsBoundedByTheLimitOfThisServer()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualTimeProvider();
        await using var other = await StartAsync(
            server, clock, policy => policy.FixedWindow("q", 60, Minute).MaxDebt("q", 0), web => web.MapGet("/", () => "hello"));
        await using var api = await StartAsync(
            server,
            clock,
            policy => policy.FixedWindow("q", 100, Minute).MaxDebt("q", 0),
            web => web.MapGet("/", async (HttpContext context) =>
            {
                await other.SendAsync();
                var feature = context.GetRateLimitFeature()!;
                await feature.ChargeAsync(80);
                return feature.Uncharged;
            }));

        Assert.Equal(("0", "\"q\";r=18;t=60"), await BodyAndLimitAsync(api));
    }

    private static async Task<(string Body, string? Limit)> BodyAndLimitAsync(TestApi api)
    {
        var response = await api.SendAsync();
        return (response.Body, response["RateLimit"]);
    }

    private static async Task<TestApi> StartAsync(
        RedisServer server, ManualTimeProvider clock, Func<PolicyBuilder, PolicyBuilder> policy, Action<WebApplication> map)
    {
        var api = await RedisTesting.StartAsync(
            server, limits => limits.DefaultPolicy(defined => policy(defined)).Headers(headers => headers.Ietf()), clock, map: map);
        await api.CountsInRedisAsync(server);
        return api;
    }
}
