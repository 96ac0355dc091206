using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http.Timeouts;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A request counts whose client disconnects before the response starts: no response says that it does not.</summary>
public class AbortedRequestTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, Action<RateLimitsBuilder>> s_limits = new()
    {
        ["successes"] = limits => limits.FixedWindow(10, Minute).CountOnly(CountedResponses.Successes),
        ["failures"] = limits => limits.FixedWindow(10, Minute).CountOnly(CountedResponses.Failures),
        ["condition"] = limits => limits.FixedWindow(10, Minute).CountOnly(response => response.Headers.ContainsKey("Costly")),
        ["not 499"] = limits => limits.FixedWindow(10, Minute).DoNotCount(StatusCodes.Status499ClientClosedRequest),
        ["reset"] = limits => limits.DefaultPolicy(policy => policy.FixedWindow(10, Minute).ResetOnSuccess()),
    };

    [Theory]
    [InlineData("successes", "/thrown")]
    [InlineData("successes", "/broken")]
    [InlineData("failures", "/swallowed")]
    [InlineData("condition", "/thrown")]
    [InlineData("condition", "/swallowed")]
    [InlineData("not 499", "/thrown")]
    [InlineData("reset", "/swallowed")]
    public async Task Request_WhoseClientDisconnected_Counts(string limits, string path)
    {
        await using var api = await TestApi.StartAsync(
            s_limits[limits], Map, services => services.AddProblemDetails(), before: app => app.UseExceptionHandler());

        await api.SendAsync(path);
        await api.SendAsync(path);

        Assert.Equal("8", (await api.SendAsync("/stand"))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Request_WhoseClientDisconnectsAfterTheResponseHasStarted_CountsByItsStatus()
    {
        var isOver = new TaskCompletionSource();
        await using var api = await TestApi.StartAsync(
            s_limits["failures"], Map, before: app => app.Use(async (context, next) =>
            {
                // Registered before that of the library, it runs after that.
                context.Response.OnCompleted(() =>
                {
                    isOver.SetResult();
                    return Task.CompletedTask;
                });
                await context.Response.StartAsync();
                await next(context);
            }));

        await api.SendAsync("/swallowed");
        await isOver.Task.WaitAsync(s_patience);
        var operators = api.Services.GetRequiredService<IRateLimitOperator>();
        var standing = Assert.Single(await operators.LookAsync(new RateLimitTarget("anonymous", "unknown")));
        Assert.Equal(10, Assert.Single(standing.Statuses).Remaining);
    }

    [Fact]
    public async Task Request_WhoseTimeoutIsOver_CountsByItsStatus()
    {
        await using var api = await TestApi.StartAsync(s_limits["successes"], Map);

        Assert.Equal("10", (await api.SendAsync("/timeout"))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Request_WhoseConnectionEnds_CountsOnKestrel()
    {
        var (entered, left) = (new TaskCompletionSource(), new TaskCompletionSource());
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(new ManualTimeProvider());
        builder.Services.AddRateLimitHeaders(s_limits["successes"]);
        await using var app = builder.Build();
        app.Use(async (context, next) =>
        {
            context.Response.OnCompleted(() =>
            {
                left.TrySetResult();
                return Task.CompletedTask;
            });
            await next(context);
        });
        app.UseExceptionHandler(handler => handler.Run(context => Task.CompletedTask));
        app.UseRateLimitHeaders();
        app.MapGet("/slow", async (HttpContext context) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        app.MapGet("/stand", () => "").WithRateLimitCost(0);
        await app.StartAsync();
        var address = new Uri(app.Urls.Single());

        using (var connection = new TcpClient())
        {
            await connection.ConnectAsync(address.Host, address.Port);
            await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /slow HTTP/1.1\r\nHost: test\r\n\r\n"));
            await entered.Task.WaitAsync(s_patience);
        }

        await left.Task.WaitAsync(s_patience);
        using var client = new HttpClient();
        using var stand = await client.GetAsync(new Uri(address, "/stand"));
        Assert.Equal("9", stand.Headers.GetValues("X-RateLimit-Remaining").Single());
    }

    private static void Map(WebApplication web)
    {
        web.MapGet("/thrown", (HttpContext context) =>
        {
            Leave(context);
            context.RequestAborted.ThrowIfCancellationRequested();
        });
        web.MapGet("/broken", (HttpContext context) =>
        {
            Leave(context);
            throw new IOException("The client reset the request stream.");
        });
        web.MapGet("/swallowed", Leave);
        web.MapGet("/timeout", (HttpContext context) =>
        {
            context.Features.Set<IHttpRequestTimeoutFeature>(new EndedTimeout());
            Leave(context);
            context.Response.StatusCode = StatusCodes.Status504GatewayTimeout;
        });
        web.MapGet("/stand", () => Results.NotFound()).WithRateLimitCost(0);
    }

    private static void Leave(HttpContext context) => context.RequestAborted = new CancellationToken(canceled: true);
}
