namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What requests hold in a store while they run: renewed, given back, and given back again if the store has not heard it.</summary>
public sealed class HeldPermitsTests : IDisposable
{
    private static readonly TimeSpan s_lifetime = new RateLimitStoreOptions().HeldPermitLifetime;

    private readonly TestedPlan _plan = new(Quota.Concurrency("q", 3));

    public void Dispose() => _plan.Dispose();

    [Fact]
    public async Task Permits_OfALongRequest_AreRenewedUntilTheyAreReleased()
    {
        var decision = await _plan.TakeAsync(2);
        Assert.True(decision.HoldsPermits);
        Assert.Equal(1, _plan.Guard.Keeper.Count);

        // Those that are found younger than a sixth are renewed the next time: after a third at the latest.
        Assert.Equal(24, await CallsOfAsync("renew", () => AdvanceAsync(4 * s_lifetime, steps: 24)));
        await decision.ReleaseAsync();
        Assert.False(decision.HoldsPermits);
        Assert.Equal(1, CountOf("release"));
        Assert.Equal(0, _plan.Guard.Keeper.Count);
        Assert.Equal(0, await _plan.Store.CallsOfAsync(() => AdvanceAsync(4 * s_lifetime, steps: 24)));
        Assert.Equal(3, (await _plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Renewal_OfASlowStore_DoesNotPileUpAndHoldsUpNoRelease()
    {
        using var plan = new TestedPlan(new ScriptedStore { Options = { Deadline = TimeSpan.FromMinutes(1) } }, Quota.Concurrency("q", 3));
        var decision = await plan.TakeAsync();
        plan.Store.Answer = static call => call.Kind == "renew" ? ScriptedStore.Wait(call) : call.Count();
        plan.Clock.Advance(s_lifetime / 6 * 5);
        Assert.Equal(["acquire", "renew"], plan.Store.Calls.Select(call => call.Kind));
        await decision.ReleaseAsync();
        Assert.Equal(["acquire", "renew", "release"], plan.Store.Calls.Select(call => call.Kind));
        plan.Store.Calls[1].Answered.SetResult();
        await Eventually.IsTrueAsync(() => plan.Guarded.CallsBehind == 0, "Calls come to no end.");
        Assert.Equal(0, plan.Guard.Keeper.Count);
        Assert.Equal(0, await plan.Store.CallsOfAsync(() => Task.Run(() => plan.Clock.Advance(s_lifetime))));
    }

    [Fact]
    public async Task Release_ThatFailed_IsRepeatedUntilThePermitsHaveComeBack()
    {
        var decision = await _plan.TakeAsync();
        _plan.Store.Answer = ScriptedStore.Throw(new InvalidCastException("no answer"));
        await decision.ReleaseAsync();
        Assert.Equal(1, _plan.Guard.Keeper.Count);
        _plan.Clock.Advance(s_lifetime / 6);
        Assert.Equal(2, CountOf("release"));
        _plan.Store.Answer = ScriptedStore.Count;
        _plan.Clock.Advance(s_lifetime / 6);
        await SettledAsync();
        Assert.Equal((3, 0), (CountOf("release"), _plan.Guard.Keeper.Count));
        Assert.Equal(3, (await _plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Release_ThatAlwaysFails_IsGivenUpWhenThePermitsHaveComeBackByThemselves()
    {
        var decision = await _plan.TakeAsync();
        _plan.Store.Answer = ScriptedStore.Throw(new InvalidCastException("no answer"));
        await decision.ReleaseAsync();
        await AdvanceAsync(s_lifetime, steps: 6);
        Assert.Equal(0, _plan.Guard.Keeper.Count);
        Assert.Equal(6, CountOf("release"));
        Assert.Equal(0, await _plan.Store.CallsOfAsync(() => AdvanceAsync(s_lifetime, steps: 6)));
    }

    [Fact]
    public async Task Permits_ThatTheStoreGaveAfterTheDeadline_AreGivenBack()
    {
        _plan.Store.Answer = ScriptedStore.Wait;
        var taking = _plan.TakeAsync(2);
        _plan.Clock.Advance(TimeSpan.FromMilliseconds(101));
        var fromMemory = await taking;
        Assert.True(fromMemory.IsAcquired);
        Assert.Equal(0, CountOf("release"));
        await RecoverAsync();
        _plan.Store.Calls[0].Answered.SetResult();
        await Eventually.IsTrueAsync(() => CountOf("release") == 1, "The permits are not given back.");
        await SettledAsync();
        Assert.Equal(0, _plan.Guard.Keeper.Count);
        Assert.Equal(3, (await _plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Permits_OfACallThatFailsAfterSettingItsState_AreGivenBack()
    {
        _plan.Store.Answer = static call =>
        {
            if (call.Kind != "acquire")
            {
                return ValueTask.CompletedTask;
            }

            call.Decision!.State = "a number";
            throw new InvalidCastException("no answer");
        };
        var fromMemory = await _plan.TakeAsync();
        Assert.True(fromMemory.IsAcquired);
        Assert.Equal(["acquire", "release"], _plan.Store.Calls.Select(call => call.Kind));
        Assert.Equal("a number", _plan.Store.Calls[1].Decision!.State);
        Assert.Equal(0, _plan.Guard.Keeper.Count);
    }

    [Fact]
    public async Task Request_ThatHoldsNothing_IsNotKept()
    {
        using var plan = new TestedPlan(Quota.FixedWindow("a", 9, TimeSpan.FromMinutes(1)), Quota.Concurrency("q", 1));
        await plan.TakeEachAsync([1, 0]);
        Assert.Equal(0, plan.Guard.Keeper.Count);
        var decision = await plan.TakeEachAsync([0, 1]);
        Assert.False((await plan.TakeAsync()).IsAcquired);
        Assert.Equal(1, plan.Guard.Keeper.Count);
        await decision.ReleaseAsync();
        Assert.Equal(0, plan.Guard.Keeper.Count);
    }

    [Fact]
    public async Task Permits_InPartitionsThatAReloadHasReplaced_AreRenewedUntilTheyAreReleased()
    {
        var decision = await _plan.TakeAsync(2);
        _plan.Store.Answer = static call => call.Kind == "acquire" ? ScriptedStore.Wait(call) : call.Count();
        var taking = _plan.TakeAsync();
        _plan.Partitions.Dispose();
        _plan.Store.Calls[1].Answered.SetResult();
        var late = await taking;
        Assert.Equal(48, await CallsOfAsync("renew", () => AdvanceAsync(4 * s_lifetime, steps: 24)));
        await decision.ReleaseAsync();
        await late.ReleaseAsync();
        Assert.Equal(2, CountOf("release"));
        Assert.Equal(0, await _plan.Store.CallsOfAsync(() => AdvanceAsync(4 * s_lifetime, steps: 24)));
        Assert.Equal(0, _plan.Clock.RunningTimers);
    }

    [Fact]
    public async Task Release_InPartitionsThatAReloadHasReplaced_IsRepeated()
    {
        var decision = await _plan.TakeAsync();
        _plan.Partitions.Dispose();
        _plan.Store.Answer = ScriptedStore.Throw(new InvalidCastException("no answer"));
        await decision.ReleaseAsync();
        _plan.Store.Answer = ScriptedStore.Count;
        Assert.Equal(1, await CallsOfAsync("release", () => AdvanceAsync(s_lifetime, steps: 6)));
    }

    [Fact]
    public async Task Permits_AtTheEndOfTheApplication_AreRenewedNoMore()
    {
        await _plan.TakeAsync();
        _plan.Dispose();
        Assert.Equal(0, await _plan.Store.CallsOfAsync(() => AdvanceAsync(s_lifetime, steps: 6)));
        Assert.Equal(0, _plan.Clock.RunningTimers);
    }

    private int CountOf(string kind) => _plan.Store.Calls.Count(call => call.Kind == kind);

    private async Task<int> CallsOfAsync(string kind, Func<Task> action)
    {
        var before = CountOf(kind);
        await action();
        return CountOf(kind) - before;
    }

    private async Task AdvanceAsync(TimeSpan time, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            _plan.Clock.Advance(time / steps);
            await SettledAsync();
        }
    }

    private async Task RecoverAsync()
    {
        _plan.Store.Answer = ScriptedStore.Count;
        (await _plan.Store.CallAsync(1)).Answered.SetResult();
        await Eventually.IsTrueAsync(() => _plan.Guard.IsAvailable, "The outage does not end.");
    }

    private Task SettledAsync() => Eventually.IsTrueAsync(() => _plan.Guarded.CallsBehind == 0, "Calls come to no end.");
}
