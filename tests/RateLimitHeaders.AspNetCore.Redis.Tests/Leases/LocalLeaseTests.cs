namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class LocalLeaseTests
{
    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(1);

    private static Quota Hourly(double limit) => Quota.FixedWindow("hourly", limit, TimeSpan.FromHours(1));

    [Fact]
    public async Task Caller_WithFewRequests_IsServedExactlyAndNothingIsHeld()
    {
        await using var nodes = LeasingNodes.Create(1, new LocalLeases(100, s_hold), Hourly(10_000));
        for (var i = 1; i <= 50; i++)
        {
            Assert.Equal(10_000 - i, (await nodes.TakeAsync()).Statuses[0].Remaining);
            Assert.Equal(i, nodes.Gateways[0].Calls);
            Assert.Equal(0, nodes.All[0].HeldPermits);
            await nodes.AdvanceAsync(s_hold / 14);
        }
    }

    [Fact]
    public async Task Caller_WhoIsHot_IsServedInGrowingBatchesAndSeesEachNumberOnce()
    {
        await using var nodes = LeasingNodes.Create(1, new LocalLeases(100, s_hold), Hourly(100_000));
        for (var i = 1; i <= 2_000; i++)
        {
            var lease = await nodes.TakeAsync();
            await nodes.SettleAsync();
            Assert.Equal(100_000 - i, lease.Statuses[0].Remaining);
            Assert.InRange(nodes.All[0].HeldPermits, 0, 100);
        }

        // 15 exact ones, some that grow, then one for each half of the largest batch.
        Assert.InRange(nodes.Gateways[0].Calls, 15 + (1_900 / 100), 15 + 10 + (2_000 / 50));
    }

    [Fact]
    public async Task Requests_ManyAtOnce_SeeEachNumberOnceAndDoNotAllAsk()
    {
        const int Requests = 5_000;
        await using var nodes = LeasingNodes.Create(1, new LocalLeases(1_000, s_hold), Hourly(100_000));
        var leases = await Task.WhenAll(Enumerable.Range(0, Requests).Select(_ => Task.Run(() => nodes.TakeAsync())));
        Assert.Equal(Requests, leases.Select(lease => lease.Statuses[0].Remaining).Distinct().Count());
        Assert.InRange(nodes.Gateways[0].Calls, 1, Requests / 10);
    }

    [Fact]
    public async Task Batch_WhoseCallerFallsSilent_ComesBack()
    {
        await using var nodes = LeasingNodes.Create(2, EagerLeases.Of(50, s_hold), Hourly(100));
        await nodes.TakeManyAsync(20);
        Assert.InRange(nodes.All[0].HeldPermits, 1, 50);

        await nodes.AdvanceAsync(s_hold / 2);
        Assert.Equal(0, nodes.All[0].HeldPermits);
        Assert.Equal(80, (await nodes.TakeAsync(node: 1, permits: 0)).Statuses[0].Remaining);

        // And the caller is forgotten, on both servers, which have nothing to do any more.
        await nodes.AdvanceAsync(3 * s_hold);
        Assert.Equal((0, 0), (nodes.All[0].Callers, nodes.Clock.RunningTimers));
        await nodes.TakeAsync();
        Assert.Equal((1, 1), (nodes.All[0].Callers, nodes.Clock.RunningTimers));
    }

    [Fact]
    public async Task Batch_OfABucket_ComesBackWhole()
    {
        await using var nodes = LeasingNodes.Create(2, EagerLeases.Of(50, s_hold), Quota.TokenBucket("bucket", 100, TimeSpan.FromHours(100)));
        await nodes.TakeManyAsync(20);
        await nodes.AdvanceAsync(s_hold / 2);
        Assert.Equal(80, (await nodes.TakeAsync(node: 1, permits: 0)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Batch_WhenTheCounterIsDisposed_ComesBack()
    {
        await using var nodes = LeasingNodes.Create(2, EagerLeases.Of(50, s_hold), Hourly(100));
        await nodes.TakeManyAsync(20);
        await Task.Run(nodes.All[0].Dispose);
        Assert.Equal(80, (await nodes.TakeAsync(node: 1, permits: 0)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Batch_WhenTheLimitChanges_ComesBackAndTheNewLimitHoldsAtOnce()
    {
        await using var nodes = LeasingNodes.Create(1, EagerLeases.Of(50, s_hold) with { HotRequests = 2 }, Hourly(100));
        for (var i = 0; i < 20; i++)
        {
            await nodes.TakeAsync(permits: 1, limits: 100);
        }

        await nodes.SettleAsync();
        Assert.InRange(nodes.All[0].HeldPermits, 1, 50);
        var lease = await nodes.TakeAsync(permits: 1, limits: 30);
        Assert.Equal((30d, 9), (lease.Statuses[0].Limit, lease.Statuses[0].Remaining));
        Assert.Equal(0, nodes.All[0].HeldPermits);
    }

    [Fact]
    public async Task LastPermits_OfTwoServers_AreNotHeldByOne()
    {
        await using var nodes = LeasingNodes.Create(2, new LocalLeases(1_000, s_hold), Hourly(1_000));
        var first = 0;
        while (nodes.Gateways[0].Calls < 400 && (await nodes.TakeAsync()).IsAcquired)
        {
            first++;
            await nodes.SettleAsync();
            Assert.InRange(nodes.All[0].HeldPermits, 0, Math.Max(1, (1_000 - first) / 4));
        }

        Assert.Equal(1_000, first);
    }

    [Fact]
    public async Task Refusal_WhileAnotherServerHoldsPermits_IsNotRememberedForLongerThanThat()
    {
        await using var nodes = LeasingNodes.Create(2, EagerLeases.Of(50, s_hold), Hourly(100));
        await nodes.TakeManyAsync(20);
        var held = nodes.All[0].HeldPermits;
        Assert.Equal(80 - held, await nodes.DrainAsync(node: 1));
        Assert.Equal(TimeSpan.FromHours(1), (await nodes.TakeAsync(node: 1)).RetryAfter);

        await nodes.AdvanceAsync(2 * s_hold);
        Assert.Equal(held, await nodes.DrainAsync(node: 1));
    }

    [Fact]
    public async Task CostAboveWhatIsHeld_IsDecidedByRedisWithWhatIsHeld()
    {
        await using var nodes = LeasingNodes.Create(1, EagerLeases.Of(50, s_hold), Hourly(100));
        await nodes.TakeManyAsync(20);
        Assert.False((await nodes.TakeAsync(permits: 81)).IsAcquired);
        var lease = await nodes.TakeAsync(permits: 80);
        Assert.True(lease.IsAcquired);
        Assert.Equal(0, lease.Statuses[0].Remaining);
    }

    [Fact]
    public async Task Window_HasOneEnd_WhoeverServes()
    {
        await using var nodes = LeasingNodes.Create(1, EagerLeases.Of(50, s_hold), Hourly(1_000));
        var end = nodes.Clock.GetUtcNow() + TimeSpan.FromHours(1);
        for (var i = 0; i < 40; i++)
        {
            var lease = await nodes.TakeAsync();
            await nodes.AdvanceAsync(TimeSpan.FromMilliseconds(7));
            Assert.Equal(end, lease.TakenAt + lease.Statuses[0].UntilAll);
            Assert.Equal(TimeSpan.FromMilliseconds(7), lease.Age);
        }
    }

    [Fact]
    public async Task Redis_WhenItIsGone_WhatIsHeldIsUsedFirst()
    {
        await using var nodes = LeasingNodes.Create(1, EagerLeases.Of(50, s_hold), Hourly(1_000));
        await nodes.TakeManyAsync(40);
        var held = nodes.All[0].HeldPermits;
        Assert.InRange(held, 1, 50);
        nodes.Gateways[0].IsAvailable = false;
        for (var i = 0; i < held; i++)
        {
            Assert.True((await nodes.TakeAsync()).IsAcquired);
        }

        Assert.True((await nodes.TakeAsync()).IsUnavailable);
    }

    [Fact]
    public async Task Redis_WhenItFallsSilentDuringARefill_NobodyIsLeftWaiting()
    {
        await using var nodes = LeasingNodes.Create(1, EagerLeases.Of(50, s_hold), Hourly(1_000));
        await nodes.TakeManyAsync(40);
        await nodes.AdvanceAsync(s_hold);
        nodes.Gateways[0].IsSilent = true;
        var leases = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => nodes.TakeAsync()))).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.All(leases, lease => Assert.True(lease.IsUnavailable));

        nodes.Gateways[0].IsSilent = false;
        Assert.Equal(959, (await nodes.TakeAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Callers_AboveTheCap_AreServedExactly()
    {
        await using var nodes = LeasingNodes.Create(1, EagerLeases.Of(50, s_hold), Hourly(1_000));
        for (var i = 0; i < 1_100; i++)
        {
            Assert.True((await nodes.All[0].AcquireAsync(new RateLimitPrincipal("user", $"user-{i}"), 1, [])).IsAcquired);
        }

        Assert.Equal(1_000, nodes.All[0].Callers);
        await nodes.AdvanceAsync(3 * s_hold);
        Assert.Equal(0, nodes.All[0].Callers);
    }
}
