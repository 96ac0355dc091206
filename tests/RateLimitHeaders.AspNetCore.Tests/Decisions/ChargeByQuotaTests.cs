using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What an endpoint charges or gives back of one quota, or of those of one unit.</summary>
public class ChargeByQuotaTests
{
    [Theory]
    [InlineData("uploads", 9 - 300, 999, 999)]
    [InlineData("bytes", 9, 699, 999)]
    [InlineData("content-bytes", 9, 699, 699)]
    [InlineData("requests", 9 - 300, 999, 999)]
    public async Task ChargeAsync_QuotaOrUnit_ChargesThose(string quotaOrUnit, long uploads, long bytes, long more)
    {
        await using var api = await StartAsync(feature => feature.ChargeAsync(quotaOrUnit, 300));

        Assert.Equal(Field(uploads, bytes, more), Items(await api.SendAsync()));
        Assert.Equal(uploads < 0 ? 429 : 200, (int)(await api.SendAsync("/next")).Status);
    }

    [Fact]
    public async Task RefundAsync_QuotaOrUnit_GivesThoseBack()
    {
        await using var api = await StartAsync(async feature =>
        {
            await feature.ChargeAsync("content-bytes", 300);
            await feature.RefundAsync("bytes", 100);
            await feature.RefundAsync("uploads", 7);
        });

        // Of uploads, no more than the one that the request took.
        Assert.Equal(Field(10, 799, 699), Items(await api.SendAsync()));
    }

    [Fact]
    public async Task Statuses_RightAfterACharge_AreCurrent()
    {
        var told = new List<string>();
        await using var api = await StartAsync(async feature =>
        {
            Note(feature);
            await feature.ChargeAsync("bytes", 300);
            Note(feature);
            await feature.RefundAsync(1);
            Note(feature);
        });

        await api.SendAsync();

        Assert.Equal(["9 999 999", "9 699 999", "10 700 1000"], told);

        void Note(RateLimitFeature feature) => told.Add(string.Join(' ', feature.Statuses.Select(status => status.Remaining)));
    }

    [Theory]
    [InlineData("own", null)]
    [InlineData("requests", null)]
    [InlineData("other", "Policy \"own\", token type \"none\" has no quota by the name or of the unit \"other\".")]
    public async Task ChargeRefundSettle_QuotaOfALimiterOfTheApplicationBesideOthers_DoNothing(string quotaOrUnit, string? error)
    {
        List<Exception?> thrown = [];
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("own", _ => RateLimitPartition.GetFixedWindowLimiter("all", _ => new() { PermitLimit = 5, Window = Day }))
                .Global(policy => policy.FixedWindow("bytes", 1_000, Day, unit: QuotaUnits.ContentBytes))
                .Headers(headers => headers.Ietf()),
            app => app.MapGet("/", async (HttpContext context) =>
            {
                var feature = context.GetRateLimitFeature()!;
                thrown.Add(await Record.ExceptionAsync(() => feature.ChargeAsync(quotaOrUnit, 2).AsTask()));
                thrown.Add(await Record.ExceptionAsync(() => feature.RefundAsync(quotaOrUnit, 1).AsTask()));
                thrown.Add(await Record.ExceptionAsync(() => feature.SettleAsync(quotaOrUnit, 3).AsTask()));
            }).RequireRateLimiting("own"));

        Assert.Equal("bytes 999, own 4", Items(await api.SendAsync()));
        Assert.Equal([error, error, error], thrown.Select(exception => exception?.Message.Split(" (Parameter")[0]));
    }

    [Fact]
    public async Task ChargeAsync_QuotaOfALimiterWithoutStatuses_DoesNothing()
    {
        Exception? thrown = null;
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("own", _ => RateLimitPartition.GetNoLimiter("premium"))
                .Global(policy => policy.FixedWindow("bytes", 1_000, Day, unit: QuotaUnits.ContentBytes))
                .Headers(headers => headers.Ietf()),
            app => app.MapGet("/", async (HttpContext context) =>
                thrown = await Record.ExceptionAsync(() => context.GetRateLimitFeature()!.ChargeAsync("own", 2).AsTask())).RequireRateLimiting("own"));

        Assert.Equal("bytes 999", Items(await api.SendAsync()));
        Assert.Null(thrown);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ChargeRefundSettle_QuotaOfAPolicyThatTheCallerIsExemptFrom_DoNothing(bool byConfiguration)
    {
        List<Exception?> thrown = [];
        Action<IServiceCollection> configure = services => services.AddRateLimitHeaders().LoadFromConfiguration(
            Configured.Section("""{ "Policies": { "llm": { "Plans": { "partner": { "IsExempt": true } } } } }"""));
        await using var api = await TestApi.StartAsync(
            limits => limits
                .Principals(who => who.FromClaim("partner", "partner"))
                .AddPolicy("llm", policy => policy
                    .For("partner", plan => _ = byConfiguration ? plan.TokenBucket("tokens", 100_000, Day) : plan.Exempt())
                    .ForOthers(plan => plan.TokenBucket("tokens", 10_000, Day)))
                .Global(policy => policy.FixedWindow("hour", 1_000, Day))
                .Headers(headers => headers.Ietf()),
            app => app.MapGet("/", async (HttpContext context) =>
            {
                var feature = context.GetRateLimitFeature()!;
                thrown.Add(await Record.ExceptionAsync(() => feature.ChargeAsync("tokens", 2).AsTask()));
                thrown.Add(await Record.ExceptionAsync(() => feature.RefundAsync("tokens", 1).AsTask()));
                thrown.Add(await Record.ExceptionAsync(() => feature.SettleAsync("tokens", 3).AsTask()));
            }).RequireRateLimiting("llm"),
            byConfiguration ? configure : null);

        Assert.Equal("hour 999", Items(await api.SendAsync(claims: ["partner=p"])));
        Assert.Equal("tokens 9997, hour 999", Items(await api.SendAsync(address: "192.0.2.1")));
        Assert.Equal([null, null, null, null, null, null], thrown.Select(exception => exception?.Message));
    }

    [Fact]
    public async Task ChargeAsync_NoSuchQuota_IsAnError()
    {
        Exception? thrown = null;
        await using var api = await StartAsync(async feature =>
            thrown = await Record.ExceptionAsync(() => feature.ChargeAsync("downloads", 1).AsTask()));

        Assert.Equal(Field(9, 999, 999), Items(await api.SendAsync()));
        Assert.StartsWith(
            "Policy \"default\", token type \"anonymous\" has no quota by the name or of the unit \"downloads\".",
            Assert.IsType<ArgumentException>(thrown).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task ChargeAsync_NoName_IsAnError(string? quotaOrUnit)
    {
        await using var api = await StartAsync(async feature =>
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(() => feature.ChargeAsync(quotaOrUnit!, 1).AsTask());
            await Assert.ThrowsAnyAsync<ArgumentException>(() => feature.RefundAsync(quotaOrUnit!, 1).AsTask());
        });

        Assert.Equal(200, (int)(await api.SendAsync()).Status);
    }

    [Fact]
    public async Task ChargeAsync_AfterARequestThatCostsNothing_IsCounted()
    {
        // The first request of a caller that has no partition yet.
        await using var api = await TestApi.StartAsync(
            limits => limits.DefaultPolicy(policy => policy.Cost(0).FixedWindow("q", 10, TimeSpan.FromMinutes(1))),
            web =>
            {
                web.MapGet("/", (HttpContext context) => context.GetRateLimitFeature()!.ChargeAsync(4));
                web.MapGet("/read", () => "hello");
            });

        Assert.Equal("10", (await api.SendAsync("/read"))["X-RateLimit-Remaining"]);
        Assert.Equal("6", (await api.SendAsync())["X-RateLimit-Remaining"]);
        Assert.Equal("6", (await api.SendAsync("/read"))["X-RateLimit-Remaining"]);
        Assert.Equal("2", (await api.SendAsync())["X-RateLimit-Remaining"]);
        Assert.Equal("0", (await api.SendAsync())["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task ChargeAndRefund_OfARequestThatIsNotLimited_DoNothing()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)).ExemptWhen(_ => true),
            web => web.MapGet("/", async (HttpContext context) =>
            {
                var feature = context.GetRateLimitFeature()!;
                await feature.ChargeAsync(1);
                await feature.ChargeAsync("default", 1);
                await feature.RefundAsync(1);
                Assert.Equal((RateLimitOutcome.NotLimited, false, 0), (feature.Outcome, feature.IsRejected, feature.Statuses.Count));
                Assert.Equal((null, null, null), (feature.PolicyName, feature.Principal, feature.RetryAfter));
                return "hello";
            }));

        Assert.Equal("hello", (await api.SendAsync()).Body);
    }

    [Fact]
    public async Task ChargeAndRefund_OfARejectedRequest_DoNothing()
    {
        RateLimitOutcome? outcome = null;
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow("q", 1, TimeSpan.FromMinutes(1))
            .OnRejected(async rejection =>
            {
                await rejection.Feature.ChargeAsync(1);
                await rejection.Feature.RefundAsync("q", 1);
                outcome = rejection.Feature.Outcome;
            }));

        await api.SendAsync();
        Assert.Equal(429, (int)(await api.SendAsync()).Status);
        Assert.Equal(RateLimitOutcome.Rejected, outcome);
        Assert.Equal(429, (int)(await api.SendAsync()).Status);
    }

    [Fact]
    public async Task Feature_WhereTheMiddlewareHasNotRun_IsNone()
    {
        RateLimitFeature? seen = null;
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)),
            before: app => app.Use((context, next) =>
            {
                seen = context.GetRateLimitFeature();
                return next(context);
            }));

        await api.SendAsync();
        Assert.Null(seen);
        Assert.Throws<ArgumentNullException>(() => ((HttpContext)null!).GetRateLimitFeature());
    }

    [Fact]
    public async Task Feature_ReadTwice_IsTheSame()
    {
        var same = false;
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)),
            web => web.MapGet("/", (HttpContext context) => same = ReferenceEquals(context.GetRateLimitFeature(), context.GetRateLimitFeature())));

        await api.SendAsync();
        Assert.True(same);
    }

    private static string Field(long uploads, long bytes, long more) =>
        $"uploads {Math.Max(0, uploads)}, bytes {bytes}, more {more}";

    private static string Items(TestResponse response) => string.Join(", ", response["RateLimit"]!.Split(", ")
        .Select(item => item.Split(';')).Select(parts => $"{parts[0].Trim('"')} {parts[1][2..]}"));

    private static Task<TestApi> StartAsync(Func<RateLimitFeature, ValueTask> serve) => TestApi.StartAsync(
        limits => limits
            .FixedWindow("uploads", 10, Day)
            .FixedWindow("bytes", 1_000, Day, unit: QuotaUnits.ContentBytes)
            .TokenBucket("more", 1_000, Day, unit: QuotaUnits.ContentBytes)
            .Headers(headers => headers.Ietf()),
        web =>
        {
            web.MapGet("/", (HttpContext context) => serve(context.GetRateLimitFeature()!));
            web.MapGet("/next", () => "hello");
        });
}
