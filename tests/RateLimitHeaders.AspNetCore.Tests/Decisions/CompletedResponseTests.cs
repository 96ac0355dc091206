using Microsoft.AspNetCore.Http.Features;

namespace RateLimitHeaders.AspNetCore.Tests;

public class CompletedResponseTests
{
    [Fact]
    public async Task Feature_AfterTheResponseIsComplete_IsNull()
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

    /// <summary>An endpoint need not await its first write. Until the store has answered, the response is about this request.</summary>
    [Fact]
    public async Task Request_WhoseResponseStillStarts_IsNotOver()
    {
        using var store = new ScriptedStore { Answer = static call => call.Kind == "reset" ? ScriptedStore.Wait(call) : call.Count() };
        CapturedResponse? response = null;
        await using var api = await TestApi.StartAsync(
            limits => limits.DefaultPolicy(policy => policy.FixedWindow(5, TimeSpan.FromMinutes(1)).ResetOnSuccess()),
            services: services => services.AddRateLimitHeaders().AddStore(store),
            before: app => app.Use(async (context, next) =>
            {
                response = new CapturedResponse();
                context.Features.Set<IHttpResponseFeature>(response);
                await next(context);
                var starting = response.StartAsync();
                var completing = response.CompleteAsync();
                Assert.False(starting.IsCompleted);
                Assert.False(completing.IsCompleted);
                Assert.NotNull(context.GetRateLimitFeature());
                store.Calls.Single(call => call.Kind == "reset").Answered.SetResult();
                await starting;
                await completing;
                Assert.Null(context.GetRateLimitFeature());
            }));

        await api.SendAsync();

        Assert.Equal("5", response!.Headers["X-RateLimit-Remaining"]);
    }

    /// <summary>A response whose callbacks the test calls.</summary>
    private sealed class CapturedResponse : HttpResponseFeature
    {
        private readonly Stack<Func<Task>> _starting = [];
        private readonly Stack<Func<Task>> _completed = [];

        public override void OnStarting(Func<object, Task> callback, object state) => _starting.Push(() => callback(state));

        public override void OnCompleted(Func<object, Task> callback, object state) => _completed.Push(() => callback(state));

        public Task StartAsync() => Task.WhenAll(_starting.Select(callback => callback()));

        public Task CompleteAsync() => Task.WhenAll(_completed.Select(callback => callback()));
    }
}
