using System.Threading.RateLimiting;
using Microsoft.AspNetCore.TestHost;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What docs/migration.md tells of the way from <c>AddRateLimiter</c>.</summary>
public class MovedLimitsTests
{
    [Fact]
    public void Code_OfTheDocument_IsThatOfTheSnippets()
    {
        var page = Pages.Document("migration.md");
        var section = page[page.IndexOf("## From AddRateLimiter", StringComparison.Ordinal)..page.IndexOf("## From RedisRateLimiting", StringComparison.Ordinal)];
        var snippets = Pages.Outdented(Pages.Snippets("MigrationSnippets"));
        var blocks = Pages.Blocks(section, "csharp").ToArray();

        Assert.Equal(2, blocks.Length);
        Assert.All(blocks, block => Assert.Contains(Pages.Outdented(block), snippets, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Snippets_BeforeAndAfter_AdmitTheSame()
    {
        await using var there = await StartAsync(MigrationSnippets.There, app => app.UseRateLimiter());
        await using var here = await StartAsync(MigrationSnippets.Here, app => app.UseRateLimitHeaders());

        const string Expected = "/api: 100 of 103, /api: 3 of 3, /other: 3 of 3, /reports: 4, 2 wait, 429; rejected: /api /api /api /reports";
        Assert.Equal(Expected, await BurstAsync(there));
        Assert.Equal(Expected, await BurstAsync(here));
    }

    [Fact]
    public async Task UseRateLimiter_BesideLimitsOfThePipelineAlone_ThrowsForTheirPolicies()
    {
        await using var app = BareHost.Build(services: services => services.AddRateLimiter(_ => { }));
        app.UseRateLimiter();
        app.UseRateLimitHeaders(limits => limits.AddPolicy("own", policy => policy.FixedWindow(5, Minute)));
        app.MapGet("/", () => "hello").RequireRateLimiting("own");
        await app.StartAsync();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => app.SendAsync());
        Assert.Contains("requires a rate limiting policy with name own, but no such policy exists", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GlobalLimiter_AsPartitions_LimitsAllRequests()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("global", context => RateLimitPartition.GetFixedWindowLimiter("all", _ => new() { PermitLimit = 2, Window = Minute }))
                .Global("global")
                .AddPolicy("own", policy => policy.FixedWindow(5, Minute)),
            app => app.MapGet("/own", () => "hello").RequireRateLimiting("own"));

        Assert.Equal(
            "200 404 429",
            $"{(int)(await api.SendAsync("/own")).Status} {(int)(await api.SendAsync("/nowhere")).Status} {(int)(await api.SendAsync("/own")).Status}");
    }

    [Fact]
    public async Task GlobalLimiter_AsPartitionsWithoutAName_LimitsAllRequests()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .Global(_ => RateLimitPartition.GetFixedWindowLimiter("all", _ => new() { PermitLimit = 2, Window = Minute }))
                .AddPolicy("own", policy => policy.FixedWindow(5, Minute)),
            app => app.MapGet("/own", () => "hello").RequireRateLimiting("own"));

        Assert.Equal(
            "200 404 429",
            $"{(int)(await api.SendAsync("/own")).Status} {(int)(await api.SendAsync("/nowhere")).Status} {(int)(await api.SendAsync("/own")).Status}");
    }

    [Fact]
    public async Task DefaultPolicy_AsPartitionsWithoutAName_LimitsRequestsOfEndpointsWithoutAPolicy()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .DefaultPolicy(_ => RateLimitPartition.GetFixedWindowLimiter("all", _ => new() { PermitLimit = 1, Window = Minute }))
                .AddPolicy("own", policy => policy.FixedWindow(5, Minute)),
            app => app.MapGet("/own", () => "hello").RequireRateLimiting("own"));

        Assert.Equal(
            "404 429 200",
            $"{(int)(await api.SendAsync("/nowhere")).Status} {(int)(await api.SendAsync("/nowhere")).Status} {(int)(await api.SendAsync("/own")).Status}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Status_OfAKeptLimiter_IsThatOfConfigurationOrOptions(bool isOfConfiguration)
    {
        var configuration = new ChangingConfiguration(isOfConfiguration ? """{ "Policies": { "kept": { "Rejection": { "StatusCode": 503 } } } }""" : "{}");
        await using var api = await configuration.StartAsync(
            Keep,
            services: services => services.Configure<RateLimitHeadersOptions>(options =>
            {
                if (!isOfConfiguration)
                {
                    options.Policies["kept"].Rejection = new() { StatusCode = 503 };
                }
            }));
        await api.SendAsync();

        Assert.Equal(503, (int)(await api.SendAsync()).Status);
    }

    [Fact]
    public async Task Status_OfAllPolicies_IsChangedByOnRejected()
    {
        await using var api = await TestApi.StartAsync(
            limits =>
            {
                Keep(limits);
                limits.AddPolicy("own", policy => policy.FixedWindow(1, Minute)).OnRejected(rejection =>
                {
                    rejection.HttpContext.Response.StatusCode = 503;
                    return ValueTask.CompletedTask;
                });
            },
            app =>
            {
                app.MapGet("/", () => "hello");
                app.MapGet("/own", () => "hello").RequireRateLimiting("own");
            });
        foreach (var path in (string[])["/", "/own"])
        {
            await api.SendAsync(path);
            Assert.Equal((path, 503), (path, (int)(await api.SendAsync(path)).Status));
        }
    }

    private static void Keep(RateLimitsBuilder limits) => limits
        .AddPolicy("kept", _ => RateLimitPartition.GetFixedWindowLimiter("all", _ => new() { PermitLimit = 1, Window = Minute }))
        .DefaultPolicy("kept");

    /// <summary>Sends more requests than fit, of two callers, and tells how many were admitted.</summary>
    private static async Task<string> BurstAsync(WebApplication app)
    {
        var first = await CountAsync(app, "/api", 103, "198.51.100.1");
        var second = await CountAsync(app, "/api", 3, "198.51.100.2");
        var other = await CountAsync(app, "/other", 3, "198.51.100.1");

        var reports = 0;
        for (var i = 0; i < 4; i++)
        {
            reports += await SendAsync(app, "/reports", $"198.51.100.{i}") == 200 ? 1 : 0;
        }

        // Two wait, so that one of three is rejected at once: whichever comes last.
        using var hangUp = new CancellationTokenSource();
        Task<int>[] three = [.. Enumerable.Range(5, 3).Select(caller => SendAsync(app, "/reports", $"198.51.100.{caller}", hangUp.Token))];
        var last = await await Task.WhenAny(three);
        var stillWaiting = three.Count(request => !request.IsCompleted);
        await hangUp.CancelAsync();
        await Task.WhenAny(Task.WhenAll(three));
        return $"{first}, {second}, {other}, /reports: {reports}, {stillWaiting} wait, {last}; rejected: {string.Join(' ', app.Services.GetRequiredService<IList<string>>())}";
    }

    private static async Task<string> CountAsync(WebApplication app, string path, int requests, string caller)
    {
        var admitted = 0;
        for (var i = 0; i < requests; i++)
        {
            admitted += await SendAsync(app, path, caller) == 200 ? 1 : 0;
        }

        return $"{path}: {admitted} of {requests}";
    }

    private static async Task<int> SendAsync(WebApplication app, string path, string caller, CancellationToken cancellationToken = default) =>
        (await app.SendAsync(path, address: caller, cancellationToken: cancellationToken)).Status;

    private static async Task<WebApplication> StartAsync(Action<WebApplicationBuilder> limit, Action<WebApplication> use)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(new ManualTimeProvider()).AddSingleton<IList<string>>([]);
        limit(builder);
        var app = builder.Build();
        use(app);
        app.MapGet("/api", () => "hello").RequireRateLimiting("api");
        app.MapGet("/reports", () => "report").RequireRateLimiting("reports");
        app.MapGet("/other", () => "other");
        await app.StartAsync();
        return app;
    }
}
