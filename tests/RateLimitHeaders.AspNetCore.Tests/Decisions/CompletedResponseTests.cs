using Microsoft.AspNetCore.Builder;

namespace RateLimitHeaders.AspNetCore.Tests;

public class CompletedResponseTests
{
    [Fact]
    public async Task Feature_AfterTheResponseIsComplete_IsGone()
    {
        // Registered first, so that it runs last: what served the request may serve another one by then.
        var seen = new TaskCompletionSource<IRateLimitFeature?>();
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)),
            before: app => app.Use((context, next) =>
            {
                context.Response.OnCompleted(() =>
                {
                    seen.SetResult(context.Features.Get<IRateLimitFeature>());
                    return Task.CompletedTask;
                });
                return next(context);
            }));

        await api.SendAsync();

        Assert.Null(await seen.Task);
    }
}
