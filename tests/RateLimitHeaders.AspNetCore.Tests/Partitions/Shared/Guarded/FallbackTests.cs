namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What becomes of requests while a store cannot count, known before (an outage) or found out by the request.</summary>
public class FallbackTests
{
    private static readonly Quota s_quota = Quota.FixedWindow("q", 8, TimeSpan.FromMinutes(1));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LimitInMemory_OfFourNodes_GrantsAQuarterAndSettlesThere(bool isKnown)
    {
        using var plan = Create(options => options.Nodes = 4);
        await BreakAsync(plan, isKnown);
        var decision = await plan.TakeAsync(limits: 8);
        Assert.Equal((2d, 1L), (decision.Statuses[0].Limit!.Value, decision.Statuses[0].Remaining));
        await decision.ChargeAsync(1);
        Assert.Equal(0, decision.Statuses[0].Remaining);
        Assert.False((await plan.TakeAsync(limits: 8)).IsAcquired);
        await decision.RefundAsync(1);
        Assert.True((await plan.TakeAsync(limits: 8)).IsAcquired);
        Assert.Equal(0, (await plan.PeekAsync(limits: 8)).Statuses[0].Remaining);
    }

    [Theory]
    [InlineData(10, 4, 2)]
    [InlineData(952, 3, 317)]
    [InlineData(5, 10, 1)]
    public async Task LimitInMemory_ThatDoesNotDivide_ShowsTheLimitThatIsGranted(double limit, int nodes, long granted)
    {
        using var plan = Create(options => options.Nodes = nodes);
        await BreakAsync(plan, isKnown: true);
        Assert.Equal((granted, granted - 1), ((long)(await plan.TakeAsync(limits: limit)).Statuses[0].Limit!.Value, (await plan.PeekAsync(limits: limit)).Statuses[0].Remaining));
        Assert.Equal(granted, (await plan.PeekAsync(limits: limit)).Statuses[0].Limit);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Admit_AdmitsAllWithoutStatusesAndWithTheReason(bool isKnown)
    {
        using var plan = Create(options => options.WhenUnavailable = StoreUnavailable.Admit);
        await BreakAsync(plan, isKnown);
        var decision = await plan.TakeAsync(1_000);
        Assert.Equal((RateLimitOutcome.Acquired, 0, false), (decision.Outcome, decision.Statuses.Length, decision.HoldsPermits));
        Assert.Equal("Scripted cannot count at the moment, and until it can, all requests are admitted.", decision.Decision.Reason);
        await decision.ChargeAsync(1);
        Assert.Equal(0, decision.Statuses.Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reject_RejectsAllAsUnavailable(bool isKnown)
    {
        using var plan = Create(options => options.WhenUnavailable = StoreUnavailable.Reject);
        await BreakAsync(plan, isKnown);
        foreach (var decision in new[] { await plan.TakeAsync(), await plan.PeekAsync() })
        {
            Assert.Equal((RateLimitOutcome.Unavailable, null), (decision.Outcome, decision.RetryAfter));
            Assert.Equal("Scripted cannot count at the moment, and until it can, all requests are rejected.", decision.Decision.Reason);
        }
    }

    [Fact]
    public async Task Adjustment_WithoutAnAnswer_LeavesTheStatusesAndDoesNotThrow()
    {
        using var plan = Create();
        var decision = await plan.TakeAsync(2);
        plan.Store.Answer = ScriptedStore.Throw(new InvalidCastException("no answer"));
        await decision.ChargeAsync(1);
        await decision.RefundAsync(1);
        await decision.RefreshAsync();
        Assert.Equal(6, decision.Statuses[0].Remaining);
        plan.Store.Answer = ScriptedStore.Count;
        await decision.RefundAsync(2);
        Assert.Equal(8, decision.Statuses[0].Remaining);
    }

    [Fact]
    public async Task Adjustment_OfADecisionFromMemory_IsNotMadeInTheStore()
    {
        using var plan = Create();
        await BreakAsync(plan, isKnown: false);
        var decision = await plan.TakeAsync(2);
        plan.Store.Answer = ScriptedStore.Count;
        Assert.Equal(0, await plan.Store.CallsOfAsync(() => decision.ChargeAsync(1)));
        Assert.Equal(5, decision.Statuses[0].Remaining);
        Assert.Equal(8, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Concurrency_InAnOutage_BeginsAtZero()
    {
        using var plan = new TestedPlan(Quota.Concurrency("q", 3));
        var before = await plan.TakeAsync(3);
        await plan.BreakAsync();
        Assert.Equal(0, (await plan.TakeAsync(3)).Statuses[0].Remaining);
        Assert.False((await plan.TakeAsync()).IsAcquired);

        // What was taken meanwhile is not known to the store.
        await plan.MendAsync();
        Assert.False((await plan.TakeAsync()).IsAcquired);
        await before.ReleaseAsync();
        Assert.True((await plan.TakeAsync(3)).IsAcquired);
    }

    [Fact]
    public async Task RememberedRejection_InAnOutage_StillRejects()
    {
        using var plan = Create();
        await plan.TakeAsync(8);
        Assert.False((await plan.TakeAsync()).IsAcquired);
        await BreakAsync(plan, isKnown: true);
        Assert.False((await plan.TakeAsync()).IsAcquired);
        Assert.True((await plan.TakeAsync(id: "bob")).IsAcquired);
    }

    private static TestedPlan Create(Action<RateLimitStoreOptions>? configure = null)
    {
        var store = new ScriptedStore();
        configure?.Invoke(store.Options);
        return new TestedPlan(store, s_quota);
    }

    private static async Task BreakAsync(TestedPlan plan, bool isKnown)
    {
        if (isKnown)
        {
            await plan.BreakAsync();
        }

        plan.Store.Answer = ScriptedStore.Throw(new InvalidCastException("no answer"));
    }
}
