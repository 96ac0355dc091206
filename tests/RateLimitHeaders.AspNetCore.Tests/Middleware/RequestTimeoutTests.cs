using System.Net;
using Microsoft.AspNetCore.Http.Timeouts;

namespace RateLimitHeaders.AspNetCore.Tests;

public class RequestTimeoutTests
{
    [Fact]
    public async Task Request_WhoseTimeoutEndsInTheQueue_IsAnsweredByTheTimeout()
    {
        var entered = new TaskCompletionSource();
        var leave = new TaskCompletionSource();
        await using var api = await TestApi.StartAsync(
            limits => limits.DefaultPolicy(policy => policy.Concurrency("slots", 1, queueLimit: 5)),
            app =>
            {
                app.MapGet("/", () => "hello");
                app.MapGet("/slow", () =>
                {
                    entered.SetResult();
                    return leave.Task;
                });
            },
            before: app => app.Use(EndAtOnceAsync));

        var slow = api.SendAsync("/slow");
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var timedOut = await api.SendAsync("/?timeout");
        leave.SetResult();
        await slow;

        Assert.Equal(HttpStatusCode.GatewayTimeout, timedOut.Status);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync()).Status);
    }

    /// <summary>Does what ASP.NET Core's request timeouts do, when the time is over.</summary>
    private static async Task EndAtOnceAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.QueryString.HasValue)
        {
            await next(context);
            return;
        }

        context.Features.Set<IHttpRequestTimeoutFeature>(new EndedTimeout());
        context.RequestAborted = new CancellationToken(canceled: true);
        try
        {
            await next(context);
        }
        catch (OperationCanceledException)
        {
            context.Response.StatusCode = StatusCodes.Status504GatewayTimeout;
        }
    }
}
