using Microsoft.AspNetCore.Http.Timeouts;

namespace RateLimitHeaders.AspNetCore.Tests;

public class ReExecutionTests
{
    [Fact]
    public async Task Request_ExceptionHandlerRunsThePipelineAgain_IsChargedOnce()
    {
        await using var api = await StartAsync(app => app.UseExceptionHandler("/sorry"));

        var failed = await api.SendAsync("/boom");
        Assert.Equal((500, "sorry", "10", "9"), Facts(failed));
        Assert.Equal((200, "hello", "10", "8"), Facts(await api.SendAsync()));
    }

    [Fact]
    public async Task Request_StatusCodePageRunsThePipelineAgain_IsChargedOnce()
    {
        await using var api = await StartAsync(app => app.UseStatusCodePagesWithReExecute("/sorry"));

        Assert.Equal((404, "sorry", "10", "9"), Facts(await api.SendAsync("/nowhere")));
        Assert.Equal((200, "hello", "10", "8"), Facts(await api.SendAsync()));
    }

    [Fact]
    public async Task Request_ErrorPageHasAPolicyOfItsOwn_ThatIsNotCharged()
    {
        await using var api = await StartAsync(app => app.UseExceptionHandler("/error"));

        await api.SendAsync("/boom");
        Assert.Equal((200, "sorry", "3", "2"), Facts(await api.SendAsync("/error")));
    }

    [Fact]
    public async Task Rejection_StatusCodePageRunsThePipelineAgain_StaysTheRejectionThatItIs()
    {
        await using var api = await StartAsync(
            app => app.UseStatusCodePagesWithReExecute("/error"), permitLimit: 1, body: string.Empty);

        await api.SendAsync();
        var rejected = await api.SendAsync();
        Assert.Equal((429, "sorry", "1", "0"), Facts(rejected));
        Assert.Equal("60", rejected["Retry-After"]);
    }

    [Fact]
    public async Task Request_NotLimited_ItsErrorPageIsNotEither()
    {
        await using var api = await StartAsync(
            app => app.UseExceptionHandler("/sorry"), limits => limits.ExemptWhen(context => context.Request.Path == "/boom"), permitLimit: 1);

        for (var request = 0; request < 3; request++)
        {
            Assert.Equal((500, "sorry", null, null), Facts(await api.SendAsync("/boom")));
        }

        Assert.Equal((200, "hello", "1", "0"), Facts(await api.SendAsync()));
    }

    [Fact]
    public async Task Request_WhoseTimeoutEndedInTheQueue_IsNotDecidedAboutAgain()
    {
        var (entered, leave) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var api = await TestApi.StartAsync(
            limits => limits
                .DefaultPolicy(policy => policy.FixedWindow(1, Minute))
                .AddPolicy("slots", policy => policy.Concurrency("slots", 1, queueLimit: 5))
                .Headers(headers => headers.XRateLimit().ExplainInDevelopment()),
            web =>
            {
                web.MapGet("/", () => "hello");
                web.MapGet("/sorry", () => "sorry");
                web.MapGet("/slow", () =>
                {
                    entered.SetResult();
                    return leave.Task;
                }).RequireRateLimiting("slots");
            },
            before: app =>
            {
                app.UseStatusCodePagesWithReExecute("/sorry");
                app.Use(TimeOutAsync);
            },
            services: services => services.AddSingleton<IHostEnvironment>(new NamedEnvironment { EnvironmentName = Environments.Development }));

        var slow = api.SendAsync("/slow");
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var timedOut = await api.SendAsync("/slow?ends");
        leave.SetResult();
        await slow;

        Assert.Equal((504, "sorry", null, null), Facts(timedOut));
        Assert.Equal(
            "left-queue; the client disconnected or the request timed out while it waited for the decision.", timedOut["X-RateLimit-Explanation"]);
        Assert.Equal(
            [
                (LogLevel.Debug, "The request is not limited and carries no rate limit headers: "
                    + "the client disconnected or the request timed out while it waited for the decision."),
            ],
            api.Log.Entries.Where(entry => entry.Id == EventIds.NotLimited).Select(entry => (entry.Level, entry.Message)));
        Assert.Equal((200, "hello", "1", "0"), Facts(await api.SendAsync()));
    }

    /// <summary>Does what ASP.NET Core's request timeouts do, when the time is over.</summary>
    private static async Task TimeOutAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            if (context.Request.QueryString.HasValue)
            {
                context.Features.Set<IHttpRequestTimeoutFeature>(new EndedTimeout());
                context.RequestAborted = new CancellationToken(canceled: true);
            }

            await next(context);
        }
        catch (OperationCanceledException)
        {
            context.RequestAborted = default;
            context.Response.StatusCode = StatusCodes.Status504GatewayTimeout;
        }
    }

    private static (int Status, string Body, string? Limit, string? Remaining) Facts(TestResponse response) =>
        ((int)response.Status, response.Body, response["X-RateLimit-Limit"], response["X-RateLimit-Remaining"]);

    private static Task<TestApi> StartAsync(
        Action<WebApplication> before, Action<RateLimitsBuilder>? more = null, int permitLimit = 10, string? body = null) => TestApi.StartAsync(
            limits =>
            {
                limits
                    .DefaultPolicy(policy => policy.FixedWindow(permitLimit, Minute).Rejection(rejection => rejection.Body = body))
                    .AddPolicy("errors", policy => policy.FixedWindow(3, Minute));
                more?.Invoke(limits);
            },
            web =>
            {
                web.MapGet("/", () => "hello");
                web.MapGet("/boom", string () => throw new InvalidOperationException("boom"));
                web.MapGet("/sorry", () => "sorry");
                web.MapGet("/error", () => "sorry").RequireRateLimiting("errors");
            },
            before: before);
}
