namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A request that takes longer than its window may find its partition dropped, which changes no answer.</summary>
public class SlowRequestTests
{
    // Long after the window: sweeps have run, and dropped the partition.
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Headers_OfARequestThatOutlivesItsPartition_ShowTheFullLimit()
    {
        await using var api = await StartAsync(_ => default);

        var response = await api.SendAsync("/slow");

        Assert.Equal("3", response["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Headers_OfARequestThatOutlivesItsPartition_ShowWhatOthersTookMeanwhile()
    {
        TestApi? api = null;
        await using var started = api = await StartAsync(
            async _ => await Task.WhenAll(api!.SendAsync("/"), api.SendAsync("/")));

        var response = await api.SendAsync("/slow");

        Assert.Equal("1", response["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Charge_OfARequestThatOutlivesItsPartition_IsCounted()
    {
        await using var api = await StartAsync(context => context.GetRateLimitFeature()!.ChargeAsync(3));

        Assert.Equal("0", (await api.SendAsync("/slow"))["X-RateLimit-Remaining"]);
        Assert.Equal(System.Net.HttpStatusCode.TooManyRequests, (await api.SendAsync("/")).Status);
    }

    [Fact]
    public async Task Charge_OfARequestThatOutlivesItsPartition_KeepsTheLimitThatIsInForceByThen()
    {
        var limit = 3;
        TestApi? api = null;
        await using var started = api = await StartAsync(
            async context =>
            {
                limit = 5;
                Assert.Equal("4", (await api!.SendAsync("/"))["X-RateLimit-Remaining"]);
                await context.GetRateLimitFeature()!.ChargeAsync(1);
            },
            limits => limits.FixedWindow("default", _ => limit, TimeSpan.FromMinutes(1)));

        var response = await api.SendAsync("/slow");

        Assert.Equal(("5", "3"), (response["X-RateLimit-Limit"], response["X-RateLimit-Remaining"]));
    }

    private static async Task<TestApi> StartAsync(Func<HttpContext, ValueTask> atTheEnd, Action<RateLimitsBuilder>? configure = null)
    {
        TestApi? api = null;
        return api = await TestApi.StartAsync(
            configure ?? (limits => limits.FixedWindow(3, TimeSpan.FromMinutes(1))),
            app =>
            {
                app.MapGet("/", () => "hello");
                app.MapGet("/slow", async (HttpContext context) =>
                {
                    api!.Time.Advance(s_long);
                    await atTheEnd(context);
                    return "done";
                });
            });
    }
}
