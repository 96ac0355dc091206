using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What callers are told of several policies, and what endpoints charge to them.</summary>
public class CombinedAnswersTests
{
    [Fact]
    public async Task QuotasOfTheSameName_AreNamedWithTheirPolicies()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("search", policy => policy.FixedWindow(2, Minute))
                .Global(policy => policy.FixedWindow(5, Hour))
                .Headers(headers => headers.Ietf()),
            GlobalPolicyTests.Map);

        var response = await api.SendAsync("/search");
        Assert.Equal("\"search/default\";r=1;t=60, \"global/default\";r=4;t=3600", response["RateLimit"]);
        Assert.Equal("\"search/default\";q=2;w=60, \"global/default\";q=5;w=3600", response["RateLimit-Policy"]);
        Assert.Equal("\"default\";r=3;t=3600", (await api.SendAsync("/free"))["RateLimit"]);
    }

    [Fact]
    public async Task HiddenGlobalPolicy_LimitsAndIsNotShown()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("search", policy => policy.FixedWindow("minute", 5, Minute))
                .Global(policy => policy.ForOthers(plan => plan.FixedWindow("hour", 2, Hour).WithoutHeaders()))
                .Headers(headers => headers.XRateLimit().Ietf()),
            GlobalPolicyTests.Map);

        await api.SendAsync("/search");
        var second = await api.SendAsync("/search");
        Assert.Equal(("5", "3", "\"minute\";r=3;t=60"), (second["X-RateLimit-Limit"], second["X-RateLimit-Remaining"], second["RateLimit"]));
        var rejected = await api.SendAsync("/search");
        Assert.Equal((429, "3600", "\"minute\";r=3;t=60"), ((int)rejected.Status, rejected["Retry-After"], rejected["RateLimit"]));
        Assert.Equal(string.Empty, (await api.SendAsync("/none", address: "192.0.2.9")).LimitHeaders);
    }

    [Fact]
    public async Task HiddenGlobalPolicy_BesideAForeignLimiter_IsNotShown()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("search", _ => StockLimiter(5))
                .Global(policy => policy.ForOthers(plan => plan.FixedWindow("hour", 2, Hour).WithoutHeaders()))
                .Headers(headers => headers.XRateLimit(fields => fields.Fields |= XRateLimitFields.Resource).Ietf()),
            GlobalPolicyTests.Map);

        var response = await api.SendAsync("/search");
        Assert.Equal(
            ("5", "4", "search", "\"search\";r=4;t=60"),
            (response["X-RateLimit-Limit"], response["X-RateLimit-Remaining"], response["X-RateLimit-Resource"], response["RateLimit"]));
        await api.SendAsync("/search");

        // The one that rejects is hidden, and the other one is not asked.
        var rejected = await api.SendAsync("/search");
        Assert.Equal((429, "3600", null, null), ((int)rejected.Status, rejected["Retry-After"], rejected["X-RateLimit-Limit"], rejected["RateLimit"]));
        Assert.Equal(string.Empty, (await api.SendAsync("/none", address: "192.0.2.9")).LimitHeaders);
    }

    [Fact]
    public async Task HiddenForeignLimiter_BesideAGlobalPolicy_IsNotShown()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Limits:Policies:search:Headers", "Never")]).Build();
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("search", _ => StockLimiter(1))
                .Global(policy => policy.FixedWindow("hour", 5, Hour))
                .Headers(headers => headers.XRateLimit().Ietf()),
            GlobalPolicyTests.Map,
            services => services.AddRateLimitHeaders().LoadFromConfiguration(configuration.GetSection("Limits")));

        var response = await api.SendAsync("/search");
        Assert.Equal(("5", "4", "\"hour\";r=4;t=3600"), (response["X-RateLimit-Limit"], response["X-RateLimit-Remaining"], response["RateLimit"]));
        var rejected = await api.SendAsync("/search");
        Assert.Equal((429, "5", "\"hour\";r=4;t=3600"), ((int)rejected.Status, rejected["X-RateLimit-Limit"], rejected["RateLimit"]));
    }

    [Fact]
    public async Task HiddenForeignLimiter_BesideAnotherOne_HidesBoth_AndThatIsTheReason()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Limits:Policies:hidden:Headers", "Never")]).Build();
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("search", _ => StockLimiter(5))
                .AddPolicy("hidden", _ => StockLimiter(4))
                .Global("hidden")
                .Headers(headers => headers.XRateLimit().Ietf()),
            GlobalPolicyTests.Map,
            services => services.AddRateLimitHeaders().LoadFromConfiguration(configuration.GetSection("Limits")));

        Assert.Equal(string.Empty, (await api.SendAsync("/search")).LimitHeaders);
        Assert.Contains(
            (LogLevel.Debug, 2, "The response carries no rate limit headers (policy search, token type none): headers are set to Never, for the plan, its policy or all plans."),
            api.Log.Entries);
    }

    [Fact]
    public async Task Rejection_ByBothAfterTheSameWait_IsAnsweredByThePolicyThatHeadersShow()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("search", policy => policy.OnRejected(Answer("search")).ForOthers(plan => plan.FixedWindow("minute", 1, Minute).WithoutHeaders()))
                .Global(policy => policy.OnRejected(Answer("global")).FixedWindow("all", 1, Minute))
                .Headers(headers => headers.XRateLimit(fields => fields.Fields |= XRateLimitFields.Resource)),
            GlobalPolicyTests.Map);
        await api.SendAsync("/search");

        var rejected = await api.SendAsync("/search");
        Assert.Equal((429, "60", "global", "global"), ((int)rejected.Status, rejected["Retry-After"], rejected["X-RateLimit-Resource"], rejected.Body));

        static Func<RateLimitRejection, ValueTask> Answer(string policy) => rejection => new(rejection.HttpContext.Response.WriteAsync(policy));
    }

    [Fact]
    public async Task ChargeAndRefund_AreCountedByBoth_OrByTheNamedQuota()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("search", policy => policy.FixedWindow("minute", 10, Minute))
                .Global(policy => policy.FixedWindow("hour", 20, Hour))
                .Headers(headers => headers.Ietf()),
            web =>
            {
                web.MapGet("/both", async (HttpContext context) => await context.GetRateLimitFeature()!.ChargeAsync(3)).RequireRateLimiting("search");
                web.MapGet("/hour", async (HttpContext context) => await context.GetRateLimitFeature()!.ChargeAsync("hour", 3)).RequireRateLimiting("search");
                web.MapGet("/back", async (HttpContext context) => await context.GetRateLimitFeature()!.RefundAsync(1)).RequireRateLimiting("search");
            });

        Assert.Equal("\"minute\";r=6;t=60, \"hour\";r=16;t=3600", (await api.SendAsync("/both"))["RateLimit"]);
        Assert.Equal("\"minute\";r=5;t=60, \"hour\";r=12;t=3600", (await api.SendAsync("/hour"))["RateLimit"]);
        Assert.Equal("\"minute\";r=5;t=60, \"hour\";r=12;t=3600", (await api.SendAsync("/back"))["RateLimit"]);
    }

    [Theory]
    [InlineData("search/default", 6, 19)]
    [InlineData("global/default", 9, 16)]
    [InlineData("default", 6, 16)]
    [InlineData("requests", 6, 16)]
    public async Task ChargeAsync_QuotasOfTheSameName_AcceptsTheShownNameTheOwnNameAndTheUnit(string quotaOrUnit, int search, int global)
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("search", policy => policy.FixedWindow(10, Minute))
                .Global(policy => policy.FixedWindow(20, Hour))
                .Headers(headers => headers.Ietf()),
            web => web.MapGet("/", (HttpContext context) => context.GetRateLimitFeature()!.ChargeAsync(quotaOrUnit, 3)).RequireRateLimiting("search"));

        Assert.Equal(
            $"\"search/default\";r={search};t=60, \"global/default\";r={global};t=3600", (await api.SendAsync())["RateLimit"]);
    }

    [Fact]
    public async Task SettleAndRefund_ByTheNamesOfTheStatuses_SettleThoseQuotas()
    {
        var told = new List<string>();
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("search", policy => policy.FixedWindow(10, Minute))
                .Global(policy => policy.FixedWindow(20, Hour))
                .Headers(headers => headers.Ietf()),
            web => web.MapGet("/", async (HttpContext context) =>
            {
                var feature = context.GetRateLimitFeature()!;
                told.AddRange(feature.Statuses.Select(status => status.Name));
                foreach (var name in told)
                {
                    await feature.SettleAsync(name, 4);
                }

                await feature.RefundAsync("search/default", 1);
            }).RequireRateLimiting("search"));

        Assert.Equal("\"search/default\";r=7;t=60, \"global/default\";r=16;t=3600", (await api.SendAsync())["RateLimit"]);
        Assert.Equal(["search/default", "global/default"], told);
    }

    private static RateLimitPartition<string> StockLimiter(int limit) => RateLimitPartition.GetFixedWindowLimiter(
        "all", _ => new FixedWindowRateLimiterOptions { PermitLimit = limit, Window = Minute, AutoReplenishment = false });
}
