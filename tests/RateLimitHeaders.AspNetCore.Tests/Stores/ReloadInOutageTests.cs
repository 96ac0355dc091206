namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What this server counts in an outage, and charges in the store afterwards, where limits are changed meanwhile.</summary>
public class ReloadInOutageTests
{
    private const string Address = "192.0.2.1";

    [Fact]
    public async Task Limit_ThatIsChanged_LeavesWhatWasUsedAndHasItCharged()
    {
        using var store = new ScriptedStore();
        await using var api = await StartInOutageAsync(store);
        api.Swap(limits => Limit(limits, limit: 6));
        Assert.Equal("\"q\";r=2;t=60", await SendAsync(api));
        Assert.Equal("4", await ChargedAsync(api, store));
    }

    [Fact]
    public async Task Quota_ThatIsAdded_HasTheShareBeginAgainAndNothingChargedOfWhatWasUsedBefore()
    {
        using var store = new ScriptedStore();
        await using var api = await StartInOutageAsync(store);
        api.Swap(limits => Limit(limits, limit: 4, plan => plan.FixedWindow("hour", 100, TimeSpan.FromHours(1))));
        Assert.Equal("\"q\";r=3;t=60, \"hour\";r=99;t=3600", await SendAsync(api));
        Assert.Equal("1, 1", await ChargedAsync(api, store));
    }

    /// <summary>Starts a host whose store is gone, and has a caller use 3 of 4.</summary>
    private static async Task<TestApi> StartInOutageAsync(ScriptedStore store)
    {
        var api = await TestApi.StartAsync(limits => Limit(limits, limit: 4), services: services => services.AddRateLimitHeaders().AddStore(store));
        store.Answer = ScriptedStore.Throw(new RateLimitStoreException(StoreFailureKind.Connection, "it is gone"));
        foreach (var left in new[] { 3, 2, 1 })
        {
            Assert.Equal($"\"q\";r={left};t=60", await SendAsync(api));
        }

        return api;
    }

    private static void Limit(RateLimitsBuilder limits, int limit, Action<PlanBuilder>? more = null) => limits
        .DefaultPolicy(policy => policy.ForOthers(plan =>
        {
            plan.FixedWindow("q", limit, TimeSpan.FromMinutes(1)).ChargeAfterOutage();
            more?.Invoke(plan);
        }))
        .Headers(headers => headers.Ietf());

    private static async Task<string?> SendAsync(TestApi api) => (await api.SendAsync(address: Address))["RateLimit"];

    /// <summary>Has the store answer again, and gets the one charge that it hears of.</summary>
    private static async Task<string> ChargedAsync(TestApi api, ScriptedStore store)
    {
        store.Answer = ScriptedStore.Count;
        await Eventually.IsTrueAsync(
            () =>
            {
                api.Time.Advance(TimeSpan.FromMilliseconds(1));
                return store.Calls.Any(call => call.Kind == "adjust");
            },
            "Nothing is charged.");
        return string.Join(", ", store.Calls.Single(call => call.Kind == "adjust").Permits.ToArray());
    }
}
