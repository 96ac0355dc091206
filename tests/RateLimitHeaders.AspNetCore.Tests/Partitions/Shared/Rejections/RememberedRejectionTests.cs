namespace RateLimitHeaders.AspNetCore.Tests;

public class RememberedRejectionTests
{
    [Fact]
    public async Task Flood_OfARejectedCaller_ReachesTheStoreOnceASecondUntilItsWaitIsOver()
    {
        using var plan = new TestedPlan(Quota.FixedWindow("q", 2, Minute));
        await plan.TakeAsync(2);
        for (var second = 0; second < 60; second++)
        {
            Assert.Equal(1, await plan.Store.CallsOfAsync(() => FloodAsync(plan)));
            plan.Clock.Advance(TimeSpan.FromSeconds(1) - new TimeSpan(1));
            Assert.Equal(0, await plan.Store.CallsOfAsync(() => FloodAsync(plan)));
            plan.Clock.Advance(new TimeSpan(1));
        }

        Assert.True((await plan.TakeAsync()).IsAcquired);
        Assert.Equal(0, plan.Remembered);
    }

    [Fact]
    public async Task Flood_OnThreads_CallsTheStoreOnce()
    {
        using var plan = new TestedPlan(Quota.FixedWindow("q", 2, Minute));
        await plan.TakeAsync(2);
        Assert.False((await plan.TakeAsync()).IsAcquired);
        plan.Clock.Advance(TimeSpan.FromSeconds(1));
        using var start = new Barrier(8);
        Assert.Equal(1, await plan.Store.CallsOfAsync(() => Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return FloodAsync(plan);
            },
            TaskCreationOptions.LongRunning).Unwrap()))));
    }

    [Fact]
    public async Task Flood_WhileTheStoreIsCalledAgain_StaysInMemory()
    {
        using var plan = new TestedPlan(Quota.FixedWindow("q", 2, Minute));
        await plan.TakeAsync(2);
        Assert.False((await plan.TakeAsync()).IsAcquired);
        plan.Clock.Advance(TimeSpan.FromSeconds(1));
        plan.Store.Answer = ScriptedStore.Wait;
        var called = plan.TakeAsync();
        plan.Clock.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal(0, await plan.Store.CallsOfAsync(() => FloodAsync(plan).WaitAsync(TimeSpan.FromMinutes(1))));
        plan.Clock.Advance(TimeSpan.FromMilliseconds(51));
        Assert.False((await called).IsAcquired);
    }

    [Fact]
    public async Task Rejection_OfACallerThatIsResetOrGrantedPermitsInAnOutage_IsForgotten()
    {
        using var plan = new TestedPlan(Quota.FixedWindow("q", 2, Minute));
        RateLimitPrincipal[] callers = [new("user", "alice"), new("user", "bob")];
        foreach (var caller in callers)
        {
            await plan.TakeAsync(2, caller.Id);
            Assert.False((await plan.TakeAsync(1, caller.Id)).IsAcquired);
        }

        await plan.BreakAsync();
        await Assert.ThrowsAsync<RateLimitStoreException>(async () => await plan.Partitions.ResetAsync(callers[0], CancellationToken.None));
        Assert.Equal(1, (await plan.TakeAsync()).Statuses[0].Remaining);
        await Assert.ThrowsAsync<RateLimitStoreException>(async () => await plan.Partitions.GrantAsync(callers[1], new long[] { 1 }, CancellationToken.None));
        Assert.Equal(0, plan.Remembered);
    }

    [Fact]
    public async Task Rejection_OfACallerThatIsResetElsewhere_IsOverAfterASecond()
    {
        using var plan = new TestedPlan(Quota.FixedWindow("q", 2, Minute));
        await plan.TakeAsync(2);
        Assert.False((await plan.TakeAsync()).IsAcquired);
        await plan.Guarded.ResetAsync(new RateLimitPrincipal("user", "alice"), CancellationToken.None);
        plan.Clock.Advance(TimeSpan.FromSeconds(1) - new TimeSpan(1));
        Assert.False((await plan.TakeAsync()).IsAcquired);
        plan.Clock.Advance(new TimeSpan(1));
        Assert.True((await plan.TakeAsync()).IsAcquired);
        Assert.Equal(0, plan.Remembered);
        Assert.True((await plan.TakeAsync()).IsAcquired);
    }

    [Fact]
    public async Task Rejection_InAnOutage_HoldsUntilTheWaitIsOver()
    {
        using var plan = new TestedPlan(new ScriptedStore { Options = { WhenUnavailable = StoreUnavailable.Admit } }, Quota.FixedWindow("q", 2, Minute));
        await plan.TakeAsync(2);
        Assert.False((await plan.TakeAsync()).IsAcquired);
        await plan.BreakAsync();
        plan.Clock.Advance(Minute - new TimeSpan(1));
        Assert.False((await plan.TakeAsync()).IsAcquired);
        plan.Clock.Advance(new TimeSpan(1));
        Assert.True((await plan.TakeAsync()).IsAcquired);
    }

    [Fact]
    public async Task Rejection_AfterSomeTime_HasTheAnswerOfTheStoreAsOfNow()
    {
        using var plan = new TestedPlan(Quota.FixedWindow("a", 9, Minute), Quota.FixedWindow("b", 2, Minute));
        var storeTime = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        plan.Store.Answer = async call =>
        {
            await call.Count();
            call.Decision!.StoreTime = storeTime;
        };
        await plan.TakeAsync(2);
        var first = await plan.TakeAsync();
        var elapsed = TimeSpan.FromMilliseconds(800);
        plan.Clock.Advance(elapsed);
        var again = await plan.TakeAsync();
        Assert.Equal((RateLimitOutcome.Rejected, TimeSpan.FromSeconds(59.2), 1), (again.Outcome, again.RetryAfter, again.LongestWait));
        Assert.Equal((TimeSpan.Zero, storeTime + elapsed), (again.Age, again.Decision.StoreTime!.Value));
        Assert.Equal(first.Statuses.ToArray().Select(status => status.Later(elapsed.Ticks)), again.Statuses.ToArray());
        Assert.Equal([TimeSpan.FromSeconds(59.2), TimeSpan.FromSeconds(59.2)], again.Statuses.ToArray().Select(status => status.UntilAll!.Value));
        Assert.Equal([false, true], again.Statuses.ToArray().Select(status => status.IsViolated));
        Assert.Equal((false, null), (again.HoldsPermits, again.Decision.State));
    }

    [Fact]
    public async Task Rejection_WhoseAnswerWasLate_LastsUntilItsReset()
    {
        var window = TimeSpan.FromMilliseconds(900);
        using var plan = new TestedPlan(Quota.FixedWindow("q", 1, window));
        await plan.TakeAsync();
        var reset = plan.Clock.GetUtcNow() + window;
        plan.Store.Answer = async call =>
        {
            var decided = plan.Clock.GetUtcNow();
            await call.Count();
            plan.Clock.Advance(TimeSpan.FromMilliseconds(50));
            (call.Decision!.TakenAt, call.Decision.StoreTime) = (RateLimitClock.For(plan.Clock).Now, decided);
        };
        Assert.Equal(window, (await plan.TakeAsync()).RetryAfter);
        plan.Store.Answer = ScriptedStore.Count;
        plan.Clock.Advance(reset - plan.Clock.GetUtcNow() - new TimeSpan(1));
        Assert.Equal(0, await plan.Store.CallsOfAsync(async () =>
        {
            var again = await plan.TakeAsync();
            Assert.Equal((false, reset), (again.IsAcquired, again.Decision.StoreTime!.Value + again.Statuses[0].UntilAll!.Value));
        }));
        plan.Clock.Advance(new TimeSpan(1));
        Assert.True((await plan.TakeAsync()).IsAcquired);
    }

    [Fact]
    public async Task Rejection_OtherCostsOtherLimitsPeeksAndOtherCallers_CallTheStore()
    {
        using var plan = new TestedPlan(Quota.FixedWindow("q", 5, Minute));
        await plan.TakeAsync(3, limits: 5);
        Assert.False((await plan.TakeAsync(3, limits: 5)).IsAcquired);
        Assert.Equal(0, await plan.Store.CallsOfAsync(async () => Assert.False((await plan.TakeAsync(3, limits: 5)).IsAcquired)));
        Assert.Equal(5, await plan.Store.CallsOfAsync(async () =>
        {
            Assert.True((await plan.TakeAsync(0, limits: 5)).IsAcquired);
            Assert.True((await plan.TakeAsync(2, limits: 5)).IsAcquired);
            Assert.True((await plan.TakeAsync(3, limits: 8)).IsAcquired);
            Assert.True((await plan.TakeAsync(3, "bob", 5)).IsAcquired);
            Assert.Equal(0, (await plan.PeekAsync(limits: 8)).Statuses[0].Remaining);
        }));
    }

    [Fact]
    public async Task Rejection_OfSeveralQuotas_CoversTheSameNeededCostsOfEach()
    {
        using var plan = new TestedPlan(Quota.FixedWindow("a", 5, Minute), Quota.FixedWindow("b", 5, Minute));
        await plan.TakeEachAsync([5, 3]);
        Assert.False((await plan.TakeEachAsync([PermitCost.AnyLeft, 2])).IsAcquired);
        Assert.Equal(0, await plan.Store.CallsOfAsync(async () =>
        {
            Assert.False((await plan.TakeEachAsync([1, 2])).IsAcquired);
            Assert.False((await plan.TakeEachAsync([PermitCost.AnyLeft, 2])).IsAcquired);
        }));
        Assert.Equal(2, await plan.Store.CallsOfAsync(async () =>
        {
            Assert.True((await plan.TakeEachAsync([0, 2])).IsAcquired);
            Assert.False((await plan.TakeEachAsync([1, 0])).IsAcquired);
        }));
    }

    [Fact]
    public async Task Rejection_OfAnotherCost_HasARetryAfterOfItsOwn()
    {
        using var plan = new TestedPlan(Quota.TokenBucket("q", 100, TimeSpan.FromSeconds(100)));
        await plan.TakeAsync(100);
        Assert.Equal(TimeSpan.FromSeconds(10), (await plan.TakeAsync(10)).RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(50), (await plan.TakeAsync(50)).RetryAfter);
        Assert.Null((await plan.TakeAsync(150)).RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(10), (await plan.TakeAsync(10)).RetryAfter);
    }

    [Fact]
    public async Task Rejection_AfterARefund_IsForgotten()
    {
        using var plan = new TestedPlan(Quota.FixedWindow("q", 2, Minute));
        var decision = await plan.TakeAsync(2);
        Assert.False((await plan.TakeAsync()).IsAcquired);
        await decision.ChargeAsync(1);
        Assert.Equal(1, plan.Remembered);
        await decision.RefundAsync(2);
        Assert.True((await plan.TakeAsync()).IsAcquired);
    }

    [Fact]
    public async Task Rejection_AfterAReset_IsForgotten()
    {
        using var plan = new TestedPlan(Quota.FixedWindow("q", 2, Minute));
        await plan.TakeAsync(2);
        Assert.False((await plan.TakeAsync()).IsAcquired);
        await plan.Partitions.ResetAsync(new RateLimitPrincipal("user", "alice"), CancellationToken.None);
        Assert.Equal(1, (await plan.TakeAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Rejections_AfterAnUpdate_AreForgottenWithThoseUnderWay()
    {
        using var plan = new TestedPlan(Quota.FixedWindow("q", 2, Minute));
        await plan.TakeAsync(2);
        Assert.False((await plan.TakeAsync()).IsAcquired);
        plan.Store.Answer = ScriptedStore.Wait;
        var underWay = plan.TakeAsync(id: "alice", limits: 1);
        Assert.True(plan.Partitions.TryUpdate(TestPlan.Define("api", Quota.FixedWindow("q", 3, Minute))));
        Assert.Equal(0, plan.Remembered);
        plan.Store.Calls[^1].Answered.SetResult();
        Assert.False((await underWay).IsAcquired);
        Assert.Equal(0, plan.Remembered);
    }

    [Fact]
    public async Task Rejection_OfConcurrencyOrWithoutAnEnd_IsNotRemembered()
    {
        using var plan = new TestedPlan(Quota.Concurrency("q", 1), Quota.FixedWindow("w", 9, Minute));
        await plan.TakeAsync();
        Assert.False((await plan.TakeAsync()).IsAcquired);
        Assert.False((await plan.TakeAsync(20)).IsAcquired);
        Assert.Equal(0, plan.Remembered);
    }

    [Fact]
    public async Task Rejection_FromMemoryInAnOutage_IsNotRemembered()
    {
        using var plan = new TestedPlan(Quota.FixedWindow("q", 2, Minute));
        await plan.BreakAsync();
        await plan.TakeAsync(2);
        Assert.False((await plan.TakeAsync()).IsAcquired);
        Assert.Equal(0, plan.Remembered);
    }

    [Fact]
    public async Task Rejection_WhileServersHoldBatches_LastsUntilTheLastOneEnds()
    {
        using var plan = new TestedPlan(Quota.FixedWindow("q", 2, Minute));
        plan.Store.Answer = static async call =>
        {
            await call.Count();
            call.Decision!.Batch = new BatchTerms(0, TimeSpan.Zero, 0, TimeSpan.FromSeconds(0.5));
        };
        await plan.TakeAsync(2);
        Assert.False((await plan.TakeAsync()).IsAcquired);
        plan.Clock.Advance(TimeSpan.FromSeconds(0.5) - new TimeSpan(1));
        Assert.Equal(0, await plan.Store.CallsOfAsync(() => plan.TakeAsync()));
        plan.Clock.Advance(new TimeSpan(1));
        Assert.Equal(1, await plan.Store.CallsOfAsync(() => plan.TakeAsync()));
    }

    [Fact]
    public async Task Rejections_SwitchedOff_CallTheStoreEachTime()
    {
        using var plan = new TestedPlan(new ScriptedStore { Options = { RememberRejections = false } }, Quota.FixedWindow("q", 1, Minute));
        await plan.TakeAsync();
        Assert.Equal(2, await plan.Store.CallsOfAsync(async () =>
        {
            Assert.False((await plan.TakeAsync()).IsAcquired);
            Assert.False((await plan.TakeAsync()).IsAcquired);
        }));
    }

    [Fact]
    public async Task Rejections_OfMoreCallersThanFit_AreBoundedAndDroppedWhenOver()
    {
        using var plan = new TestedPlan(Quota.FixedWindow("q", 1, Minute));
        for (var i = 0; i < TestPlan.MaxPartitions + 100; i++)
        {
            await RejectAsync($"caller {i}");
        }

        Assert.Equal(TestPlan.MaxPartitions, plan.Remembered);
        plan.Clock.Advance(2 * Minute);
        await RejectAsync("newcomer");
        Assert.Equal(1, plan.Remembered);

        async Task RejectAsync(string id)
        {
            await plan.TakeAsync(1, id);
            Assert.False((await plan.TakeAsync(1, id)).IsAcquired);
        }
    }

    private static async Task FloodAsync(TestedPlan plan)
    {
        for (var i = 0; i < 50; i++)
        {
            Assert.False((await plan.TakeAsync()).IsAcquired);
        }
    }
}
