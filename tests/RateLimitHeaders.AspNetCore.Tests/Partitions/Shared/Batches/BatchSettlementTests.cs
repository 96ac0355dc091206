namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What is charged and given back after a decision out of a batch, while permits are held or after.</summary>
public class BatchSettlementTests
{
    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task ChargeAndRefund_WithinABatch_CallNoStoreAndUpdateTheStatus()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), Hourly(1_000));
        await servers.TakeManyAsync(40);
        var decision = await servers.TakeAsync(permits: 2);
        await servers.SettleAsync();
        var calls = servers.Store.Calls;
        await decision.RefundAsync(1);
        Assert.Equal(959, decision.Statuses[0].Remaining);
        await decision.ChargeAsync(1);
        Assert.Equal(958, decision.Statuses[0].Remaining);
        await decision.RefundAsync(50);
        Assert.Equal(960, decision.Statuses[0].Remaining);
        Assert.Equal(960, (await servers.TakeAsync(permits: 0)).Statuses[0].Remaining);
        Assert.Equal(calls, servers.Store.Calls);
    }

    [Fact]
    public async Task Refresh_WithinABatch_CallsNoStoreAndUpdatesTheStatus()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), Hourly(1_000));
        await servers.TakeManyAsync(40);
        var decision = await servers.TakeAsync();
        await servers.TakeManyAsync(1);
        var calls = servers.Store.Calls;
        servers.Clock.Advance(s_hold / 8);
        Assert.Equal((959, s_hold / 8), (decision.Statuses[0].Remaining, decision.Age));
        await decision.RefreshAsync();
        Assert.Equal((958, TimeSpan.Zero), (decision.Statuses[0].Remaining, decision.Age));
        Assert.Equal(calls, servers.Store.Calls);
    }

    [Fact]
    public async Task Refund_AfterTheBatch_IsCountedInTheStore()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), Hourly(1_000));
        await servers.TakeManyAsync(40);
        var decision = await servers.TakeAsync();
        await servers.AdvanceAsync(s_hold);
        Assert.Equal(0, servers.First.HeldPermits);
        await decision.RefundAsync(1);
        Assert.Equal(960, decision.Statuses[0].Remaining);
        Assert.Equal(TimeSpan.FromHours(1) - s_hold, decision.Statuses[0].UntilAll);

        // It has given back all that it took.
        await decision.RefundAsync(1);
        Assert.Equal(960, decision.Statuses[0].Remaining);
    }

    [Fact]
    public async Task Refund_WithoutAnAnswer_LeavesTheStatusUnchanged()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), Hourly(1_000));
        await servers.TakeManyAsync(40);
        var decision = await servers.TakeAsync();
        await servers.AdvanceAsync(s_hold);
        servers.Store.FailCalls();
        await decision.RefundAsync(1);
        Assert.Equal((959, s_hold), (decision.Statuses[0].Remaining, decision.Age));
        servers.Store.Mend();
        await decision.RefundAsync(1);
        Assert.Equal((960, TimeSpan.Zero), (decision.Statuses[0].Remaining, decision.Age));
    }

    [Fact]
    public async Task Refund_OfADecisionThatIsOlderThanTheBatch_IsInAllLaterStatuses()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), Hourly(1_000));
        var old = await servers.TakeAsync(permits: 100);
        await servers.AdvanceAsync(s_hold);
        await servers.TakeManyAsync(40);
        var held = servers.First.HeldPermits;
        Assert.InRange(held, 1, 50);

        await old.RefundAsync(70);
        Assert.Equal(930, old.Statuses[0].Remaining);
        Assert.Equal(held, servers.First.HeldPermits);
        var calls = servers.Store.Calls;
        Assert.Equal(930, (await servers.TakeAsync(permits: 0)).Statuses[0].Remaining);
        var next = await servers.TakeAsync();
        Assert.Equal(929, next.Statuses[0].Remaining);
        await next.RefundAsync(1);
        Assert.Equal(930, next.Statuses[0].Remaining);
        Assert.Equal(calls, servers.Store.Calls);

        await old.ChargeAsync(20);
        Assert.Equal(910, old.Statuses[0].Remaining);
        Assert.Equal(910, (await servers.TakeAsync(permits: 0)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Refund_OfADecisionWhoseCallerWasForgottenMeanwhile_IsInAllLaterStatuses()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), Hourly(1_000));
        var old = await servers.TakeAsync(permits: 100);
        await servers.AdvanceAsync(5 * s_hold);
        Assert.Equal(0, servers.First.Callers);
        await old.RefundAsync(30);
        Assert.Equal(930, old.Statuses[0].Remaining);
        await servers.TakeManyAsync(40);
        await old.RefundAsync(40);
        Assert.Equal(930, old.Statuses[0].Remaining);
        Assert.Equal(930, (await servers.TakeAsync(permits: 0)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Charge_OfMoreThanIsHeld_IsPaidWithWhatIsHeldOnlyIfNothingElseIsLeft()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), Hourly(200));
        await servers.TakeManyAsync(40);
        var decision = await servers.TakeAsync();
        await servers.SettleAsync();
        var held = servers.First.HeldPermits;
        Assert.InRange(held, 1, 50);
        await decision.ChargeAsync(60);
        Assert.Equal(99, decision.Statuses[0].Remaining);
        Assert.Equal(held, servers.First.HeldPermits);

        await decision.ChargeAsync(100);
        Assert.Equal(0, decision.Statuses[0].Remaining);
        Assert.Equal(0, servers.First.HeldPermits);
        Assert.False((await servers.TakeAsync()).IsAcquired);

        // One of the 160 is owed beyond the limit.
        await decision.RefundAsync(2);
        Assert.Equal(1, decision.Statuses[0].Remaining);
        Assert.Null(decision.RetryAfter);
        Assert.True((await servers.TakeAsync()).IsAcquired);
    }

    private static Quota Hourly(double limit) => Quota.FixedWindow("hourly", limit, TimeSpan.FromHours(1));
}
