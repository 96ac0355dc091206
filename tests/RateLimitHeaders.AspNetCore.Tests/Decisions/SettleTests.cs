namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A request reserves an estimate, and is settled by its true cost.</summary>
public class SettleTests
{
    [Theory]
    [InlineData(10, 90)]
    [InlineData(3, 97)]
    [InlineData(0, 100)]
    [InlineData(40, 60)]
    public async Task SettleAsync_TrueCost_TakesThatInAll(long cost, long left)
    {
        await using var api = await StartAsync(feature => feature.SettleAsync("tokens", cost));

        Assert.Equal($"9 {left}", Told(await api.SendAsync()));
    }

    [Fact]
    public async Task SettleAsync_AfterChargesAndRefunds_CountsThem()
    {
        await using var api = await StartAsync(async feature =>
        {
            await feature.ChargeAsync("tokens", 7);
            await feature.RefundAsync("tokens", 2);
            await feature.SettleAsync("tokens", 20);
            await feature.SettleAsync("tokens", 12);
            await feature.SettleAsync("tokens", 12);
        });

        Assert.Equal("9 88", Told(await api.SendAsync()));
    }

    [Fact]
    public async Task SettleAsync_SlidingWindowAfterAChargeInALaterSegment_TakesTheTrueCostInAll()
    {
        TestApi? running = null;
        await using var api = await StartAsync(
            async feature =>
            {
                running!.Time.Advance(TimeSpan.FromSeconds(7));
                await feature.ChargeAsync("tokens", 2);
                await feature.SettleAsync("tokens", 4);
            },
            limits => limits.SlidingWindow("tokens", 100, Minute));
        running = api;

        Assert.Equal("9 96", Told(await api.SendAsync()));
    }

    [Fact]
    public async Task SettleAsync_WithoutAName_SettlesEachQuota()
    {
        await using var api = await StartAsync(feature => feature.SettleAsync(4));

        Assert.Equal("6 96", Told(await api.SendAsync()));
    }

    [Fact]
    public async Task SettleAsync_OfMoreThanIsLeft_IsOwed()
    {
        await using var api = await StartAsync(feature => feature.SettleAsync("tokens", 150), limits => limits.TokenBucket("tokens", 100, Minute));

        Assert.Equal("9 0", Told(await api.SendAsync()));
        var rejected = await api.SendAsync();

        // 60 of the bucket's 100 must come back, at 0.6 seconds each: 50 that are owed, and 10 for the request.
        Assert.Equal((429, "36", "9 0"), ((int)rejected.Status, rejected["Retry-After"], Told(rejected)));
        api.Time.Advance(TimeSpan.FromSeconds(35.9));
        Assert.Equal(429, (int)(await api.SendAsync()).Status);
        api.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(200, (int)(await api.SendAsync()).Status);
    }

    [Fact]
    public async Task SettleAsync_BeyondMaxDebt_IsCutAndTheRestIsLogged()
    {
        long uncharged = -1;
        await using var api = await StartAsync(
            async feature =>
            {
                await feature.SettleAsync("tokens", 150);
                uncharged = feature.Uncharged;
            },
            limits => limits.TokenBucket("tokens", 100, Minute).MaxDebt("tokens", 20));

        Assert.Equal("9 0", Told(await api.SendAsync()));
        Assert.Equal(30, uncharged);
        Assert.Equal("18", (await api.SendAsync())["Retry-After"]);
        Assert.Contains(
            (LogLevel.Information, 78, "Policy default, token type anonymous: 30 permits of a request were not charged, because its caller owes as many as "
                + "MaxDebt allows."),
            api.Log.Entries);
    }

    [Theory]
    [InlineData(150, "18")]
    [InlineData(50, null)]
    public async Task SettleAsync_AfterAChargeBeyondTheBound_ChargesTheRestOrGivesBackTheDifference(long cost, string? wait)
    {
        await using var api = await StartAsync(
            async feature =>
            {
                await feature.ChargeAsync("tokens", 200);
                await feature.SettleAsync("tokens", cost);
            },
            limits => limits.TokenBucket("tokens", 100, Minute).MaxDebt("tokens", 20));

        Assert.Equal($"9 {Math.Max(0, 100 - cost)}", Told(await api.SendAsync()));
        Assert.Equal(wait, (await api.SendAsync("/free"))["Retry-After"]);
    }

    [Fact]
    public async Task SettleAsync_UnderSeveralPolicies_SettlesWhatEachWasCharged()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("search", policy => policy.FixedWindow("minute", 100, Minute).MaxDebt("minute", 20))
                .Global(policy => policy.FixedWindow("hour", 1_000, Minute))
                .Headers(headers => headers.Ietf()),
            web => web.MapGet("/", async (HttpContext context) =>
            {
                var feature = context.GetRateLimitFeature()!;
                await feature.ChargeAsync(200);
                await feature.SettleAsync(90);
                return feature.Uncharged;
            }).RequireRateLimiting("search").WithRateLimitCost(10));

        var settled = await api.SendAsync();
        Assert.Equal(("10 910", "90"), (Told(settled), settled.Body));
    }

    [Fact]
    public async Task SettleAsync_AfterAChargeThatTheStoreDidNotCount_GivesNothingBack()
    {
        using var store = new ScriptedStore();
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow("minute", 100, Minute).Headers(headers => headers.Ietf()),
            web => web.MapGet("/", async (HttpContext context) =>
            {
                var feature = context.GetRateLimitFeature()!;
                store.Answer = ScriptedStore.Throw(new RateLimitStoreException(StoreFailureKind.Call, "no"));
                await feature.ChargeAsync(20);
                store.Answer = ScriptedStore.Count;
                await feature.SettleAsync(10);
                await feature.SettleAsync(30);
                return "hello";
            }).WithRateLimitCost(10),
            services => services.AddRateLimitHeaders().AddStore(store));

        Assert.Equal("70", Told(await api.SendAsync()));
        Assert.Equal([20, 0, 20], store.Calls.Where(call => call.Kind == "adjust").Select(call => call.Permits.Span[0]));
    }

    [Fact]
    public async Task SettleAsync_AfterAChargeWhoseAnswerWasNotAwaited_CountsIt()
    {
        using var store = new ScriptedStore();
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow("minute", 100, Minute).Headers(headers => headers.Ietf()),
            web => web.MapGet("/", async (HttpContext context) =>
            {
                var feature = context.GetRateLimitFeature()!;
                using var hangUp = new CancellationTokenSource();
                store.Answer = ScriptedStore.Wait;
                var charging = feature.ChargeAsync(20, hangUp.Token).AsTask();
                var charge = store.Calls.Single(call => call.Kind == "adjust");
                await hangUp.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => charging);
                store.Answer = ScriptedStore.Count;
                var settling = feature.SettleAsync(30);
                charge.Answered.SetResult();
                await settling;
                await feature.RefundAsync(5);
                return "hello";
            }).WithRateLimitCost(10),
            services => services.AddRateLimitHeaders().AddStore(store));

        Assert.Equal("75", Told(await api.SendAsync()));
        Assert.Equal([20, 0, -5], store.Calls.Where(call => call.Kind == "adjust").Select(call => call.Permits.Span[0]));
        Assert.Empty(Complaints.Of(api));
    }

    [Fact]
    public async Task SettleAsync_AfterTheResponseHasStarted_IsShownInTheNextResponse()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(10, Minute),
            web =>
            {
                web.MapGet("/", () => "hello");
                web.MapGet("/late", async (HttpContext context) =>
                {
                    await context.Response.WriteAsync("a");
                    await context.GetRateLimitFeature()!.SettleAsync(5);
                    await context.Response.WriteAsync("b");
                });
            });

        Assert.Equal("9", (await api.SendAsync("/late"))["X-RateLimit-Remaining"]);
        Assert.Equal("4", (await api.SendAsync())["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task SettleAsync_OutOfRange_IsAnError()
    {
        await using var api = await StartAsync(async feature =>
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => feature.SettleAsync(-1).AsTask());
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => feature.SettleAsync("tokens", 1_000_000_000_000_000).AsTask());
            await Assert.ThrowsAsync<ArgumentException>(() => feature.SettleAsync("rows", 1).AsTask());
            await Assert.ThrowsAnyAsync<ArgumentException>(() => feature.SettleAsync("", 1).AsTask());
        });

        Assert.Equal("9 90", Told(await api.SendAsync()));
    }

    private static Task<TestApi> StartAsync(Func<RateLimitFeature, ValueTask> settle, Action<PolicyBuilder>? tokens = null) => TestApi.StartAsync(
        limits => limits
            .DefaultPolicy(policy =>
            {
                policy.Cost("tokens", 10).FixedWindow("requests", 10, Minute);
                (tokens ?? (plan => plan.FixedWindow("tokens", 100, Minute)))(policy);
            })
            .Headers(headers => headers.Ietf()),
        web =>
        {
            web.MapGet("/free", () => "free");
            web.MapGet("/", async (HttpContext context) =>
            {
                await settle(context.GetRateLimitFeature()!);
                return "hello";
            });
        });

    private static Task<TestApi> StartAsync(Func<RateLimitFeature, Task> settle) => StartAsync(feature => new ValueTask(settle(feature)));

    private static string Told(TestResponse response) =>
        string.Join(' ', response["RateLimit"]!.Split(", ").Select(item => item.Split(";r=")[1].Split(';')[0]));
}
