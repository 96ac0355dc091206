using Microsoft.AspNetCore.TestHost;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A branch that comes back to the pipeline, where both limit. Requests with the path /branch take it.</summary>
public class BranchWarningTests
{
    [Fact]
    public async Task Branch_WithLimitsOfItsOwn_DecidesAndThatIsLoggedOnce()
    {
        using var log = new RecordingLogger();
        await using var app = await StartAsync(log, branch => branch.UseRateLimitHeaders(limits => limits.FixedWindow(5, Minute)));

        Assert.Equal((200, "4", null), await app.SendAsync("/branch"));
        Assert.Equal((200, "3", null), await app.SendAsync("/branch"));
        Assert.Equal((200, "99", null), await app.SendAsync());

        Assert.Equal(
            [(LogLevel.Warning, 61,
                "A branch of the pipeline and the pipeline itself both have UseRateLimitHeaders(limits => …): the limits of the branch have decided, "
                + "and those after it do not count such requests. Keep one of the two.")],
            log.Entries.Where(entry => entry.Level >= LogLevel.Warning));
    }

    [Fact]
    public async Task Branch_WithoutLimits_IsLimitedByThePipelineAndNothingIsLogged()
    {
        using var log = new RecordingLogger();
        await using var app = await StartAsync(log, branch => branch.Use((context, next) => next(context)));

        Assert.Equal((200, "99", null), await app.SendAsync("/branch"));
        Assert.Equal((200, "98", null), await app.SendAsync("/branch"));
        Assert.DoesNotContain(log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Branch_WhoseLimitsExemptARequest_LeavesItToThePipeline()
    {
        using var log = new RecordingLogger();
        await using var app = await StartAsync(
            log, branch => branch.UseRateLimitHeaders(limits => limits.FixedWindow(5, Minute).ExemptWhen(_ => true)));

        Assert.Equal((200, "99", null), await app.SendAsync("/branch"));
        Assert.Equal((200, "98", null), await app.SendAsync("/branch"));
        Assert.DoesNotContain(log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Theory]
    [InlineData(false, "99", "98")]
    [InlineData(true, null, null)]
    public async Task ErrorPage_OfARequestThatABranchExempts_IsNotDecidedAboutAgain(bool isExemptInPipeline, string? first, string? second)
    {
        using var log = new RecordingLogger();
        await using var app = BareHost.Build(services: services => services.AddLogging(logging => logging.AddProvider(log)));
        app.UseStatusCodePagesWithReExecute("/sorry");
        app.UseWhen(_ => true, branch => branch.UseRateLimitHeaders(limits => limits.FixedWindow(1, Minute).ExemptWhen(IsGone)));
        app.UseRateLimitHeaders(limits => limits.FixedWindow(100, Minute).ExemptWhen(context => isExemptInPipeline && IsGone(context)));
        app.MapGet("/sorry", () => "sorry");
        await app.StartAsync();

        Assert.Equal((404, first, null), await app.SendAsync("/gone"));
        Assert.Equal((404, second, null), await app.SendAsync("/gone"));
        Assert.DoesNotContain(log.Entries, entry => entry.Level >= LogLevel.Warning);

        // The page took nothing of the one permit under the limits of the branch.
        Assert.Equal((200, "0", null), await app.SendAsync("/sorry"));

        static bool IsGone(HttpContext context) => context.Request.Path == "/gone";
    }

    [Fact]
    public async Task Branch_WhoseLimitsExemptARequest_ExplainsNothingThatThePipelineDecides()
    {
        await using var app = BareHost.Build(
            services: services => services.AddSingleton<IHostEnvironment>(new NamedEnvironment { EnvironmentName = Environments.Development }));
        app.UseWhen(_ => true, branch => branch.UseRateLimitHeaders(limits => limits
            .FixedWindow(5, Minute).ExemptWhen(_ => true).Headers(headers => headers.XRateLimit().ExplainInDevelopment())));
        app.UseRateLimitHeaders(limits => limits.FixedWindow(100, Minute));
        app.MapGet("/", () => "hello");
        await app.StartAsync();

        var context = await app.GetTestServer().SendAsync(request => request.Request.Path = "/");
        Assert.Equal("99", context.Response.Headers["X-RateLimit-Remaining"]);
        Assert.False(context.Response.Headers.ContainsKey("X-RateLimit-Explanation"));
    }

    private static async Task<WebApplication> StartAsync(RecordingLogger log, Action<IApplicationBuilder> branch)
    {
        var app = BareHost.Build(services: services => services.AddLogging(logging => logging.AddProvider(log)));
        app.UseWhen(context => context.Request.Path == "/branch", branch);
        app.UseRateLimitHeaders(limits => limits.FixedWindow(100, Minute));
        app.MapFallback(() => "hello");
        await app.StartAsync();
        return app;
    }
}
