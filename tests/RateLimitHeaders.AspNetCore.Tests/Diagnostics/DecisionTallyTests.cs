namespace RateLimitHeaders.AspNetCore.Tests;

public class DecisionTallyTests
{
    [Theory]
    [InlineData(StoreUnavailable.Admit, 1, 0)]
    [InlineData(StoreUnavailable.Reject, 0, 1)]
    [InlineData(StoreUnavailable.LimitInMemory, 1, 0)]
    public async Task Decisions_InAnOutage_AreCountedForAMinute(StoreUnavailable meanwhile, long admitted, long rejected)
    {
        var store = new ScriptedStore
        {
            Answer = ScriptedStore.Throw(new RateLimitStoreException(StoreFailureKind.Connection, "it is gone")),
            Options = { WhenUnavailable = meanwhile },
        };
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(5, TimeSpan.FromHours(1)), services: services => services.AddRateLimitHeaders().AddStore(store));
        var tally = api.Runtime().WatchDecisions().Of("default");
        api.Time.Advance(TimeSpan.FromMinutes(1));
        await api.SendAsync();
        Assert.Equal((admitted, rejected), (tally.Admitted, tally.Rejected));
        api.Time.Advance(new TimeSpan(1));
        await api.SendAsync();
        Assert.Equal((admitted, rejected), (tally.Admitted, tally.Rejected));
    }

    [Fact]
    public async Task Policy_ThatIsRemovedAndAddedAgain_IsCountedFromZero()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow(5, Hour));
        var runtime = api.Runtime();
        var definition = runtime.Current.Definition;
        var decisions = runtime.WatchDecisions();
        await api.SendAsync();
        Assert.Equal(1, decisions.Of("default").Admitted);

        runtime.Apply(definition with { Policies = [], DefaultPolicy = null });
        runtime.Apply(definition);
        Assert.Equal(0, decisions.Of("default").Admitted);
    }
}
