namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A store from the start of its application to the end, and what requests hold in it.</summary>
public class StoreLifetimeTests
{
    [Fact]
    public async Task Permits_OfARunningRequest_AreReleasedWhenItEnds()
    {
        var store = new ScriptedStore();
        await using var api = await TestApi.StartAsync(
            limits => limits.Concurrency("slots", 2),
            web => web.MapGet("/", () => store.Calls.Count(call => call.Kind == "release")),
            services => services.AddRateLimitHeaders().AddStore(store));
        Assert.Equal("0", (await api.SendAsync()).Body);
        await Eventually.IsTrueAsync(() => store.Calls.Any(call => call.Kind == "release"), "The permits are not released.");
    }

    [Fact]
    public async Task Permits_OfARunningRequest_StayHeldAfterAReloadThatAddsAQuota()
    {
        var (gate, entered) = (new TaskCompletionSource(), new SemaphoreSlim(0));
        await using var api = await TestApi.StartAsync(
            limits => limits.Concurrency("slots", 1),
            web =>
            {
                web.MapGet("/", () => "hello");
                web.MapGet("/hold", () =>
                {
                    entered.Release();
                    return gate.Task;
                });
            },
            services => services.AddRateLimitHeaders().AddStore(new DictionaryStore()));
        var held = api.SendAsync("/hold");
        await entered.WaitAsync();

        api.Swap(limits => limits.Concurrency("slots", 1).FixedWindow("hourly", 10, Hour));
        for (var step = 0; step < 12; step++)
        {
            api.Time.Advance(new RateLimitStoreOptions().HeldPermitLifetime / 6);
        }

        Assert.Equal([(429, "1", "0")], await api.SendSeveralAsync(1));
        gate.SetResult();
        await held;
        Assert.Equal([(200, "10", "9")], await api.SendSeveralAsync(1));
    }

    [Fact]
    public async Task Store_ThatTheContainerMade_IsDisposedAfterItsPartitions()
    {
        var store = new ScriptedStore();
        await using (await TestApi.StartAsync(
            limits => limits.FixedWindow("hourly", 10, Hour),
            services: services => services.AddRateLimitHeaders().AddStore(_ => store)))
        {
        }

        Assert.Equal(
            ["partitions of default/user", "partitions of default/anonymous", "partitions disposed", "partitions disposed", "store disposed"],
            store.Events);
    }

    [Fact]
    public async Task Store_OfTheApplication_IsLeftToIt()
    {
        var store = new ScriptedStore();
        await using (await TestApi.StartAsync(
            limits => limits.FixedWindow("hourly", 10, Hour), services: services => services.AddRateLimitHeaders().AddStore(store)))
        {
        }

        Assert.Equal(["partitions disposed", "partitions disposed"], store.Events[^2..]);
    }

    [Fact]
    public async Task Start_WarmsTheStoreUpAndChecksIt()
    {
        var isWarm = new TaskCompletionSource<bool>();
        var store = new ScriptedStore { WarmUp = token => Task.FromResult(isWarm.TrySetResult(token.CanBeCanceled)) };
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow("hourly", 10, Hour), services: services => services.AddRateLimitHeaders().AddStore(store));
        Assert.True(await isWarm.Task.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal("check", (await store.CallAsync(0)).Kind);
    }

    [Fact]
    public async Task Errors_OfAStore_StopTheStartUp()
    {
        var store = new ScriptedStore { Errors = { new("RLH9999", "Scripted:Connection", "There is no connection; give one.") } };
        var exception = await Misconfigured.StartAsync(
            limits => limits.FixedWindow(1, Hour), services: services => services.AddRateLimitHeaders().AddStore(store));
        Assert.Equal([new("RLH9999", "Scripted:Connection", "There is no connection; give one.")], exception.Errors);
        Assert.Empty(store.Events);
    }
}
