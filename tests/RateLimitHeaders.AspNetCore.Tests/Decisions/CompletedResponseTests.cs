using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore.Tests;

public class CompletedResponseTests
{
    [Fact]
    public async Task Feature_AfterTheResponseIsComplete_IsGone()
    {
        // Registered first, so that it runs last: what served the request may serve another one by then.
        var seen = new TaskCompletionSource<RateLimitFeature?>();
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)),
            before: app => app.Use((context, next) =>
            {
                context.Response.OnCompleted(() =>
                {
                    seen.SetResult(context.GetRateLimitFeature());
                    return Task.CompletedTask;
                });
                return next(context);
            }));

        await api.SendAsync();

        Assert.Null(await seen.Task);
    }
}
