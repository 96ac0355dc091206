namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What an endpoint charges or refunds is in the headers of its own response.</summary>
public class ChargeTests
{
    [Fact]
    public async Task Charge_BeforeTheResponseStarts_IsInItsHeaders()
    {
        await using var api = await StartAsync();

        Assert.Equal(
            """
            200
            X-RateLimit-Limit: 10
            X-RateLimit-Remaining: 6
            X-RateLimit-Reset: 1779545293
            RateLimit: "minute";r=6;t=60
            RateLimit-Policy: "minute";q=10;w=60


            """,
            (await api.SendAsync("/charge/3")).Text);
    }

    [Fact]
    public async Task Refund_OfAllBeforeTheResponseStarts_LeavesNothingUsed()
    {
        await using var api = await StartAsync();

        Assert.Equal(
            """
            200
            X-RateLimit-Limit: 10
            X-RateLimit-Remaining: 10
            X-RateLimit-Reset: 1779545293
            RateLimit: "minute";r=10
            RateLimit-Policy: "minute";q=10;w=60


            """,
            (await api.SendAsync("/refund/1")).Text);
    }

    [Fact]
    public async Task Refund_MoreThanWasTaken_GivesBackWhatWasTaken()
    {
        await using var api = await StartAsync();
        await api.SendAsync("/charge/3");

        Assert.Equal("6", (await api.SendAsync("/refund/5"))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Charge_MoreThanIsLeft_RejectsTheNext()
    {
        await using var api = await StartAsync();

        var charged = await api.SendAsync("/charge/30");
        var next = await api.SendAsync("/charge/0");

        Assert.Equal("200 0", $"{(int)charged.Status} {charged["X-RateLimit-Remaining"]}");
        Assert.Equal("429 0 60", $"{(int)next.Status} {next["X-RateLimit-Remaining"]} {next["Retry-After"]}");
    }

    [Fact]
    public async Task Charge_AfterTheResponseStarted_IsInTheNext()
    {
        await using var api = await StartAsync();

        Assert.Equal("9", (await api.SendAsync("/late/3"))["X-RateLimit-Remaining"]);
        Assert.Equal("5", (await api.SendAsync("/charge/0"))["X-RateLimit-Remaining"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Charge_AfterTheWholeWindow_IsCountedInTheNext(bool dependsOnTheCaller)
    {
        // By then nothing is used, so that the caller's partition may have been dropped; a charge is not dropped with it.
        await using var api = await StartAsync(dependsOnTheCaller);

        Assert.Equal(
            """
            X-RateLimit-Limit: 10
            X-RateLimit-Remaining: 7
            X-RateLimit-Reset: 1779546293
            RateLimit: "minute";r=7;t=60
            RateLimit-Policy: "minute";q=10;w=60
            """,
            (await api.SendAsync("/slow/3/0")).LimitHeaders);
        Assert.Equal("6", (await api.SendAsync("/charge/0"))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Refund_AfterTheWholeWindow_GivesBackWhatWasTakenSince()
    {
        await using var api = await StartAsync();

        Assert.Equal("8", (await api.SendAsync("/slow/3/1"))["X-RateLimit-Remaining"]);
        Assert.Equal("9", (await api.SendAsync("/slow/1/0"))["X-RateLimit-Remaining"]);
        Assert.Equal("10", (await api.SendAsync("/slow/3/5"))["X-RateLimit-Remaining"]);
    }

    [Theory]
    [InlineData(0, "9")]
    [InlineData(2, "9")]
    public async Task Refund_AfterTheWholeWindow_GivesBackNothingOfOtherRequests(int charged, string remaining)
    {
        TestApi? api = null;
        await using var started = api = await TestApi.StartAsync(
            limits => limits.FixedWindow("minute", 10, TimeSpan.FromMinutes(1)),
            web =>
            {
                web.MapGet("/other", () => "hello");
                web.MapGet("/", async (HttpContext context) =>
                {
                    api!.Time.Advance(TimeSpan.FromSeconds(1_000));
                    await api.SendAsync("/other");
                    await FeatureOf(context).ChargeAsync(charged);
                    await FeatureOf(context).RefundAsync(charged + 3);
                });
            });

        Assert.Equal(remaining, (await api.SendAsync())["X-RateLimit-Remaining"]);
    }

    private static Task<TestApi> StartAsync(bool dependsOnTheCaller = false) => TestApi.StartAsync(
        limits => _ = (dependsOnTheCaller
            ? limits.FixedWindow("minute", _ => 10, TimeSpan.FromMinutes(1))
            : limits.FixedWindow("minute", 10, TimeSpan.FromMinutes(1))).Headers(headers => headers.XRateLimit().Ietf()),
        web =>
        {
            web.MapGet("/charge/{permits}", (HttpContext context, int permits) => FeatureOf(context).ChargeAsync(permits));
            web.MapGet("/refund/{permits}", (HttpContext context, int permits) => FeatureOf(context).RefundAsync(permits));
            web.MapGet("/slow/{charged}/{refunded}", async (HttpContext context, TimeProvider time, int charged, int refunded) =>
            {
                ((ManualTimeProvider)time).Advance(TimeSpan.FromSeconds(1_000));
                await FeatureOf(context).ChargeAsync(charged);
                await FeatureOf(context).RefundAsync(refunded);
            });
            web.MapGet("/late/{permits}", async (HttpContext context, int permits) =>
            {
                await context.Response.StartAsync();
                await FeatureOf(context).ChargeAsync(permits);
            });
        });

    private static RateLimitFeature FeatureOf(HttpContext context) => context.GetRateLimitFeature()!;
}
