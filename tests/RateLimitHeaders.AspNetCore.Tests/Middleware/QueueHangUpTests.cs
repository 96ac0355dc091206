namespace RateLimitHeaders.AspNetCore.Tests;

public class QueueHangUpTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Caller_HangsUpInTheQueue_GivesNoExceptionToThePipeline(bool hasTimeouts)
    {
        var gate = new TaskCompletionSource();
        var isHeld = new TaskCompletionSource();
        var outcome = new TaskCompletionSource<string>();
        await using var api = await TestApi.StartAsync(
            limits => limits.Concurrency("slots", 1, 1),
            web => web.MapGet("/", () =>
            {
                isHeld.SetResult();
                return gate.Task;
            }).WithRequestTimeout(TimeSpan.FromDays(1)),
            services => services.AddRequestTimeouts(),
            app =>
            {
                app.Use(HangUpAsync);
                if (hasTimeouts)
                {
                    app.UseRequestTimeouts();
                }
            });
        var holder = api.SendAsync();
        await isHeld.Task;

        await api.SendAsync("/?waits");

        Assert.Equal("499", await outcome.Task);
        gate.SetResult();
        await holder;

        async Task HangUpAsync(HttpContext context, RequestDelegate next)
        {
            if (!context.Request.QueryString.HasValue)
            {
                await next(context);
                return;
            }

            using var hangUp = new CancellationTokenSource();
            context.RequestAborted = hangUp.Token;
            try
            {
                var waiting = next(context);
                Assert.False(waiting.IsCompleted);
                await hangUp.CancelAsync();
                await waiting;
                outcome.SetResult($"{context.Response.StatusCode}");
            }
            catch (OperationCanceledException exception)
            {
                outcome.SetResult(exception.GetType().Name);
            }
        }
    }
}
