using System.Net;
using Microsoft.AspNetCore.TestHost;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What endpoints charge and give back of plans that are counted in a store.</summary>
public class StoreAdjustmentTests
{
    [Fact]
    public async Task Charge_ThatTheStoreHasNotAnswered_IsInTheHeadersOnceItHas()
    {
        var store = new ScriptedStore { Answer = static call => call.Kind == "adjust" ? ScriptedStore.Wait(call) : call.Count() };
        await using var api = await StartAsync(store, web => web.MapGet("/", (HttpContext context) =>
        {
            var feature = context.GetRateLimitFeature()!;
            _ = feature.ChargeAsync(4).AsTask();
            _ = feature.RefundAsync(1).AsTask();
            return "charged";
        }));
        var response = api.SendAsync();
        var charge = await AdjustmentAsync(store, 0);
        Assert.False(response.IsCompleted);
        Assert.Equal([4], charge.Permits.ToArray());
        charge.Answered.SetResult();
        var refund = await AdjustmentAsync(store, 1);
        Assert.False(response.IsCompleted);
        Assert.Equal([-1], refund.Permits.ToArray());
        refund.Answered.SetResult();
        Assert.Equal("6", (await response)["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Charge_ThatFails_LeavesTheHeadersAsTheyWere()
    {
        var store = new ScriptedStore { Answer = static call => call.Kind == "adjust" ? throw new InvalidOperationException("The store is broken.") : call.Count() };
        await using var api = await StartAsync(store, web => web.MapGet("/", async (HttpContext context) =>
        {
            await context.GetRateLimitFeature()!.ChargeAsync(4);
            return "charged";
        }));
        var response = await api.SendAsync();
        Assert.Equal((HttpStatusCode.OK, "9"), (response.Status, response["X-RateLimit-Remaining"]));
        Assert.Equal(EventIds.StoreCallFailed, Assert.Single(Complaints.Of(api)).Id);
    }

    [Fact]
    public async Task ChargeRefundSettle_QuotaOfAPolicyThatTheStoreCouldNotCount_DoNothing()
    {
        List<Exception?> thrown = [];
        var store = new DictionaryStore(new RateLimitStoreOptions { WhenUnavailable = StoreUnavailable.Admit })
        {
            BeforeLoad = static (key, _) => key.Contains("llm", StringComparison.Ordinal) ? throw new InvalidOperationException("The key is busy.") : default,
        };
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("llm", policy => policy.TokenBucket("tokens", 10_000, TimeSpan.FromDays(1)))
                .Global(policy => policy.FixedWindow("hourly", 10, TimeSpan.FromHours(1))),
            web => web.MapGet("/", async (HttpContext context) =>
            {
                var feature = context.GetRateLimitFeature()!;
                thrown.Add(await Record.ExceptionAsync(() => feature.ChargeAsync("tokens", 2).AsTask()));
                thrown.Add(await Record.ExceptionAsync(() => feature.RefundAsync("tokens", 1).AsTask()));
                thrown.Add(await Record.ExceptionAsync(() => feature.SettleAsync("tokens", 3).AsTask()));
            }).RequireRateLimiting("llm"),
            services => services.AddRateLimitHeaders().AddStore(store));

        var response = await api.SendAsync();

        Assert.Equal((HttpStatusCode.OK, "9"), (response.Status, response["X-RateLimit-Remaining"]));
        Assert.Equal([null, null, null], thrown.Select(exception => exception?.Message));
        Assert.Equal(EventIds.StoreCallFailed, Assert.Single(Complaints.Of(api)).Id);
    }

    [Theory]
    [InlineData(1, 100, 39)]
    [InlineData(-1, 100, 41)]
    [InlineData(0, 100, 40)]
    public async Task Adjustment_AfterARequestToAServerWithAnotherLimit_KeepsTheLimitOfThisServer(long permits, int limit, long remaining)
    {
        var store = new DictionaryStore();
        await using var other = await StartAsync(60, new DictionaryStore(store.States), web => web.MapGet("/", () => "hello"));
        await using var api = await StartAsync(limit, store, web => web.MapGet("/", async (HttpContext context) =>
        {
            Assert.Equal("0", (await other.SendAsync())["X-RateLimit-Remaining"]);
            var feature = context.GetRateLimitFeature()!;
            await (permits < 0 ? feature.RefundAsync(-permits) : feature.ChargeAsync(permits));
        }).WithRateLimitCost(59));

        var response = await api.SendAsync();

        Assert.Equal(($"{limit}", $"{remaining}"), (response["X-RateLimit-Limit"], response["X-RateLimit-Remaining"]));
    }

    [Theory]
    [InlineData(100, 0)]
    [InlineData(60, 40)]
    public async Task Charge_AfterARequestToAServerWithAnotherLimit_IsBoundedByTheLimitOfThisServer(int limit, long uncharged)
    {
        long? told = null;
        var store = new DictionaryStore();
        await using var other = await StartAsync(160 - limit, new DictionaryStore(store.States), web => web.MapGet("/", () => "hello"));
        await using var api = await StartAsync(limit, store, web => web.MapGet("/", async (HttpContext context) =>
        {
            await other.SendAsync();
            var feature = context.GetRateLimitFeature()!;
            await feature.ChargeAsync(98);
            told = feature.Uncharged;
        }));

        await api.SendAsync();

        Assert.Equal(uncharged, told);
    }

    [Fact]
    public async Task Adjustment_WhereAFunctionReturnsTheLimit_KeepsTheLastOne()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.DefaultPolicy(policy => policy.FixedWindow(
                "hourly", caller => caller.HttpContext.Request.Path == "/" ? 100 : 60, TimeSpan.FromHours(1))),
            services: services => services.AddRateLimitHeaders().AddStore(new DictionaryStore()),
            map: web =>
            {
                web.MapGet("/other", () => "hello");
                web.MapGet("/", async (HttpContext context) =>
                {
                    using var client = web.GetTestClient();
                    (await client.GetAsync(new Uri("/other", UriKind.Relative))).Dispose();
                    await context.GetRateLimitFeature()!.ChargeAsync(1);
                });
            });
        var response = await api.SendAsync();
        Assert.Equal(("60", "57"), (response["X-RateLimit-Limit"], response["X-RateLimit-Remaining"]));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task Charge_OfARequestFromBeforeAReload_KeepsTheLimitInForce(bool isStored, bool isCombined)
    {
        // A bucket that fills in a minute, with 600 permits and then with 60.
        void Limit(RateLimitsBuilder limits, int limit)
        {
            limits.TokenBucket("bucket", limit, limit / 60.0);
            if (isCombined)
            {
                limits.Global(policy => policy.FixedWindow("all", 1_000_000, TimeSpan.FromHours(1)));
            }
        }

        TestApi? started = null;
        await using var api = started = await TestApi.StartAsync(
            limits => Limit(limits, 600),
            services: services => _ = isStored ? services.AddRateLimitHeaders().AddStore(new DictionaryStore()) : services.AddRateLimitHeaders(),
            map: web =>
            {
                web.MapGet("/", () => "hello");
                web.MapGet("/all", () => "hello").WithRateLimitCost(59);
                web.MapGet("/long", async (HttpContext context) =>
                {
                    started!.Swap(limits => Limit(limits, 60));
                    Assert.Equal("0", (await started!.SendAsync("/all"))["X-RateLimit-Remaining"]);
                    await context.GetRateLimitFeature()!.ChargeAsync(1);
                });
            });

        Assert.Equal("60", (await api.SendAsync("/long"))["X-RateLimit-Limit"]);
        api.Time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal("5", (await api.SendAsync("/"))["X-RateLimit-Remaining"]);
    }

    [Theory]
    [InlineData(30, "23")]
    [InlineData(25, "18")]
    public async Task Charge_OfARequestFromBeforeAReload_AppliesTheLimitOfItsOwnServer(int limit, string remaining)
    {
        var store = new DictionaryStore();
        await using var other = await StartAsync(20, store, web => web.MapGet("/", () => "hello"));
        TestApi? started = null;
        await using var api = started = await StartAsync(30, store, web => web.MapGet("/", async (HttpContext context) =>
        {
            // The reload changes another policy, and perhaps the limit; then the caller is at the server with another limit.
            started!.Swap(limits => Limit(limits, limit).AddPolicy("new", policy => policy.FixedWindow("hourly", 1, TimeSpan.FromHours(1))));
            Assert.Equal("18", (await other.SendAsync())["X-RateLimit-Remaining"]);
            await context.GetRateLimitFeature()!.ChargeAsync(5);
        }));
        var response = await api.SendAsync();
        Assert.Equal(($"{limit}", remaining), (response["X-RateLimit-Limit"], response["X-RateLimit-Remaining"]));
    }

    [Fact]
    public async Task Charge_OfARequestWhoseNamedPlanWasRemoved_KeepsTheLimitInForce()
    {
        // Buckets that fill in a minute. Without the named plan, its callers continue in that of the token type.
        static void Limit(RateLimitsBuilder limits, bool hasNamed) => limits
            .Principals(principals => principals.FromHeader("Key", "api-key", (_, key) => new(new RateLimitIdentity(key) { Plan = "pro" })))
            .DefaultPolicy(policy =>
            {
                policy.For("api-key", plan => plan.TokenBucket("bucket", 60, 1)).ForOthers(plan => plan.TokenBucket("bucket", 60, 1));
                if (hasNamed)
                {
                    policy.For("api-key", "pro", plan => plan.TokenBucket("bucket", 600, 10));
                }
            });
        TestApi? started = null;
        await using var api = started = await TestApi.StartAsync(
            limits => Limit(limits, hasNamed: true),
            services: services => services.AddRateLimitHeaders().AddStore(new DictionaryStore()),
            map: web =>
            {
                web.MapGet("/", () => "hello");
                web.MapGet("/all", () => "hello").WithRateLimitCost(59);
                web.MapGet("/long", async (HttpContext context) =>
                {
                    started!.Swap(limits => Limit(limits, hasNamed: false));
                    Assert.Equal("0", (await started!.SendAsync("/all", headers: ("Key", "ada")))["X-RateLimit-Remaining"]);
                    await context.GetRateLimitFeature()!.ChargeAsync(1);
                });
            });

        Assert.Equal(200, (int)(await api.SendAsync("/long", headers: ("Key", "ada"))).Status);
        api.Time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal("5", (await api.SendAsync("/", headers: ("Key", "ada")))["X-RateLimit-Remaining"]);
    }

    private static RateLimitsBuilder Limit(RateLimitsBuilder limits, int limit) =>
        limits.DefaultPolicy(policy => policy.FixedWindow("hourly", limit, TimeSpan.FromHours(1)).MaxDebt("hourly", 0));

    private static Task<TestApi> StartAsync(int limit, DictionaryStore store, Action<WebApplication> map) => TestApi.StartAsync(
        limits => Limit(limits, limit),
        map,
        services => services.AddRateLimitHeaders().AddStore(store));

    private static async Task<ScriptedCall> AdjustmentAsync(ScriptedStore store, int index)
    {
        await Eventually.IsTrueAsync(() => store.Calls.Count(call => call.Kind == "adjust") > index, "The store is not asked.");
        return store.Calls.Where(call => call.Kind == "adjust").ElementAt(index);
    }

    private static Task<TestApi> StartAsync(ScriptedStore store, Action<WebApplication> map) => TestApi.StartAsync(
        limits => limits.FixedWindow("hourly", 10, TimeSpan.FromHours(1)),
        map,
        services => services.AddRateLimitHeaders().AddStore(store));
}
