namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Policies that decide together in memory, where one has had no room for a caller, so that others hold slots of the shared partition.</summary>
public class CombinedOverflowTests
{
    private readonly TaskCompletionSource _short = new();
    private readonly TaskCompletionSource _long = new();
    private int _running;

    [Fact]
    public async Task Caller_ThatThereIsRoomForAgain_DoesNotWaitForSlotsThatOthersHold()
    {
        await using var api = await StartAsync(policy => policy
            .Principals(who => who.From(static _ => new RateLimitPrincipal("all", "all"), "all"))
            .FixedWindow("all", 100, TimeSpan.FromHours(1)));
        var all = await FillSharedSlotsAsync(api);

        // The one place is free again.
        _short.SetResult();
        await all[0];
        api.Time.Advance(TimeSpan.FromSeconds(5));

        var admitted = await api.SendAsync("/now", ["sub=cid"]);
        Assert.Equal(
            (200, null, "\"open\";r=1, \"all\";r=96;t=3595"), ((int)admitted.Status, admitted["Retry-After"], admitted["RateLimit"]));
        _long.SetResult();
        await Task.WhenAll(all);
    }

    [Fact]
    public async Task Caller_WithoutRoom_IsRejectedByTheSlots_AndTakesNoPlaceOfTheOtherPolicy()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("second", 100, TimeSpan.FromSeconds(1)));
        var all = await FillSharedSlotsAsync(api);
        api.Time.Advance(TimeSpan.FromSeconds(5));

        var rejected = await api.SendAsync("/now", ["sub=cid"]);
        Assert.Equal((429, "1", "\"open\";r=0, \"second\";r=100"), ((int)rejected.Status, rejected["Retry-After"], rejected["RateLimit"]));
        using var measured = RecordedMeasurements.Of(api);
        measured.Observe();
        Assert.Contains((0, "policy=global token_type=user"), measured.Of("rate_limit_headers.partitions"));
        _short.SetResult();
        _long.SetResult();
        await Task.WhenAll(all);
    }

    /// <summary>Has Ann take the one place, and Bob and Dan the two slots that callers without a place share.</summary>
    private async Task<Task<TestResponse>[]> FillSharedSlotsAsync(TestApi api)
    {
        List<Task<TestResponse>> all = [];
        foreach (var (path, user) in new[] { ("/short", "ann"), ("/long", "bob"), ("/long", "dan") })
        {
            all.Add(api.SendAsync(path, [$"sub={user}"]));
            await Eventually.IsTrueAsync(() => Volatile.Read(ref _running) == all.Count, "A request does not run.");
        }

        return [.. all];
    }

    private Task<TestApi> StartAsync(Action<PolicyBuilder> global) => TestApi.StartAsync(
        limits => limits
            .MaxPartitions(1)
            .AddPolicy("open", policy => policy.Concurrency("open", 2))
            .Global(global)
            .Headers(headers => headers.Ietf()),
        web =>
        {
            web.MapGet("/now", () => "yes").RequireRateLimiting("open");
            web.MapGet("/short", () => RunAsync(_short)).RequireRateLimiting("open");
            web.MapGet("/long", () => RunAsync(_long)).RequireRateLimiting("open");
        });

    private async Task<string> RunAsync(TaskCompletionSource end)
    {
        Interlocked.Increment(ref _running);
        await end.Task;
        return "yes";
    }
}
