using System.Collections.Concurrent;
using System.Reflection;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A feature that is used when its request is complete, while the objects that served it serve others.</summary>
[Collection(Alone.Name)]
public class LateUseTests
{
    private const int Limit = 1_000_000;
    private const int LateCalls = 400;

    // Each of these callers sends requests until all late calls have been made.
    private const int Callers = 6;

    private static readonly TimeSpan s_late = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task ChargeAsync_FiftyMillisecondsAfterTheResponse_ThrowsAndChargesNoCaller()
    {
        var lateCalls = new ConcurrentBag<Task<Exception?>>();
        await using var api = await StartAsync((context, completed) =>
        {
            if (context.Request.Path == "/late")
            {
                var feature = context.GetRateLimitFeature()!;
                lateCalls.Add(UseLateAsync(completed, () => feature.ChargeAsync(1_000).AsTask()));
            }

            return "served";
        });

        using var isOver = new CancellationTokenSource();
        var load = Enumerable.Range(0, Callers).Select(caller => Task.Run(() => SendUntilAsync(api, $"sub={caller}", isOver.Token))).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(sender => Task.Run(async () =>
        {
            for (var i = 0; i < LateCalls / 4; i++)
            {
                Assert.Equal("served", (await api.SendAsync("/late", claims: [$"sub=late {sender}"])).Body);
            }
        })));
        var thrown = await Task.WhenAll(lateCalls);
        await isOver.CancelAsync();
        var sent = await Task.WhenAll(load);

        Assert.Equal(LateCalls, thrown.Length);
        Assert.All(thrown, exception => Assert.IsType<ObjectDisposedException>(exception));

        // The number tells that the objects were used again: else nothing would have been put at risk.
        Assert.True(sent.Sum() > LateCalls / 2, $"Only {sent.Sum()} requests were sent meanwhile.");
        for (var caller = 0; caller < Callers; caller++)
        {
            Assert.Equal(Limit - sent[caller] - 1, await RemainingAsync(api, $"sub={caller}"));
        }

        for (var sender = 0; sender < 4; sender++)
        {
            Assert.Equal(Limit - (LateCalls / 4) - 1, await RemainingAsync(api, $"sub=late {sender}"));
        }
    }

    [Fact]
    public async Task EveryMember_AfterTheResponse_Throws()
    {
        RateLimitFeature? held = null;
        var completion = Task.CompletedTask;
        await using var api = await StartAsync((context, completed) =>
        {
            (held, completion) = (context.GetRateLimitFeature()!, completed);
            return held.Principal.ToString()!;
        });

        Assert.Equal("user Test:sub:s", (await api.SendAsync(claims: ["sub=s"])).Body);
        await completion;

        var members = typeof(RateLimitFeature).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);
        Assert.NotEmpty(members);
        Assert.All(members, member => Assert.Throws<ObjectDisposedException>(
            () => member.Invoke(held, BindingFlags.DoNotWrapExceptions, binder: null, [.. member.GetParameters().Select(Argument)], culture: null)));

        static object? Argument(ParameterInfo parameter) => parameter.ParameterType == typeof(string) ? "default"
            : parameter.ParameterType == typeof(long) ? 1L
            : CancellationToken.None;
    }

    [Fact]
    public async Task StatusesThatWereRead_AfterTheResponse_StayWhatTheyWere()
    {
        IReadOnlyList<QuotaStatus> statuses = [];
        await using var api = await StartAsync((context, _) =>
        {
            statuses = statuses.Count == 0 ? context.GetRateLimitFeature()!.Statuses : statuses;
            return "served";
        });

        for (var request = 0; request < 5; request++)
        {
            await api.SendAsync(claims: ["sub=s"]);
        }

        Assert.Equal(Limit - 1, Assert.Single(statuses).Remaining);
    }

    private static async Task<Exception?> UseLateAsync(Task completed, Func<Task> use)
    {
        await completed;
        await Task.Delay(s_late);
        return await Record.ExceptionAsync(use);
    }

    private static async Task<int> SendUntilAsync(TestApi api, string claim, CancellationToken isOver)
    {
        var sent = 0;
        for (; !isOver.IsCancellationRequested; sent++)
        {
            Assert.Equal(200, (int)(await api.SendAsync(claims: [claim])).Status);
        }

        return sent;
    }

    private static async Task<long> RemainingAsync(TestApi api, string claim) =>
        long.Parse((await api.SendAsync(claims: [claim]))["X-RateLimit-Remaining"]!, null);

    /// <summary>Starts an API whose endpoints are told when their response is complete, after all else has been told.</summary>
    private static Task<TestApi> StartAsync(Func<HttpContext, Task, string> serve) => TestApi.StartAsync(
        limits => limits.FixedWindow(Limit, TimeSpan.FromHours(1)),
        web => web.MapGet("/{path?}", (HttpContext context) => serve(context, ((TaskCompletionSource)context.Items["completed"]!).Task)),
        before: app => app.Use((context, next) =>
        {
            var completed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            context.Items["completed"] = completed;
            context.Response.OnCompleted(() =>
            {
                completed.SetResult();
                return Task.CompletedTask;
            });
            return next(context);
        }));
}
