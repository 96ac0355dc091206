namespace RateLimitHeaders.AspNetCore.Tests;

public abstract class ChargeAndRefundTests<TStore> : CountingTests<TStore>
    where TStore : TestedStore, new()
{
    [Fact]
    public async Task Refund_AfterMoreWasChargedThanAnIntegerHolds_GivesBack()
    {
        var caller = Caller(Quota.FixedWindow("bytes", 1e12, Seconds(60)));
        var decision = await caller.TakeAsync(1);
        await decision.ChargeAsync(int.MaxValue);
        await decision.ChargeAsync(int.MaxValue);
        await decision.RefundAsync(5);

        Assert.Equal(1_000_000_000_000 - (2L * int.MaxValue) + 4, decision.Statuses[0].Remaining);
    }

    [Fact]
    public async Task Charge_FixedWindow_IsCountedAndUpdatesTheStatus()
    {
        var caller = Caller(Quota.FixedWindow("q", 10, Seconds(60)));
        var decision = await caller.TakeAsync(2);
        Clock.Advance(Seconds(10));
        await decision.ChargeAsync(3);
        AssertStatus(decision, 10, 5, Seconds(50), Seconds(50));
        Assert.Equal(5, (await caller.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Charge_MoreThanFits_IsPaidWithTheNextRequests()
    {
        var caller = Caller(Quota.TokenBucket("q", 10, Seconds(10)));
        var decision = await caller.TakeAsync(8);
        await decision.ChargeAsync(5);
        AssertStatus(decision, 10, 0, Seconds(4), Seconds(13));
        Assert.Equal(Seconds(4), (await caller.TakeAsync()).RetryAfter);

        var sliding = await Caller(Quota.SlidingWindow("q", 10, Seconds(60))).TakeAsync(8);
        await sliding.ChargeAsync(5);
        AssertStatus(sliding, 10, 0, Seconds(60) + LastUse, Seconds(60) + LastUse);
    }

    [Fact]
    public async Task Charge_SeveralQuotas_ChargesAllButTheConcurrencyQuota()
    {
        var caller = Caller(Quota.FixedWindow("a", 10, Seconds(1)), Quota.Concurrency("b", 10), Quota.TokenBucket("c", 10, Seconds(1)));
        var decision = await caller.TakeAsync();
        await decision.ChargeAsync(4);
        Assert.Equal([5, 9, 5], decision.Statuses.ToArray().Select(status => status.Remaining));
        decision.Dispose();
        Assert.Equal([5, 10, 5], (await caller.PeekAsync()).Statuses.ToArray().Select(status => status.Remaining));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Refund_EachAlgorithm_GivesBackAndUpdatesTheStatus(int algorithm)
    {
        var caller = Caller(Quotas.Of(algorithm, 10, Minute));
        var other = await caller.TakeAsync(3);
        var decision = await caller.TakeAsync(5);
        await decision.RefundAsync(4);
        Assert.Equal(6, decision.Statuses[0].Remaining);
        await decision.ChargeAsync(2);
        Assert.Equal(4, decision.Statuses[0].Remaining);

        // Never more than the request took, charges and all: three are the other's.
        await decision.RefundAsync(int.MaxValue);
        Assert.Equal(7, decision.Statuses[0].Remaining);
        await decision.RefundAsync(1);
        Assert.Equal(7, (await caller.PeekAsync()).Statuses[0].Remaining);
        await other.RefundAsync(3);
        Assert.Equal(10, (await caller.PeekAsync()).Statuses[0].Remaining);
        Assert.Null((await caller.PeekAsync()).Statuses[0].UntilMore);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Refund_AfterTheWindowHasPassed_ChangesNothing(int algorithm)
    {
        var caller = Caller(Quotas.Of(algorithm, 10, Minute));
        var old = await caller.TakeAsync(5);
        Clock.Advance(Seconds(130));
        await caller.TakeAsync(5);
        await old.RefundAsync(5);
        Assert.Equal(5, old.Statuses[0].Remaining);
        Assert.Equal(5, (await caller.PeekAsync()).Statuses[0].Remaining);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Refund_AfterTheDecisionWasReadAgain_StillLeavesTheNextWindowAlone(int algorithm)
    {
        var caller = Caller(Quotas.Of(algorithm, 10, Minute));
        var old = await caller.TakeAsync(5);
        Clock.Advance(Seconds(130));
        await caller.TakeAsync(5);
        await old.RefreshAsync();
        await old.ChargeAsync(0);
        await old.RefundAsync(5);
        Assert.Equal(5, (await caller.PeekAsync()).Statuses[0].Remaining);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Refund_AfterAChargeInTheNextWindow_GivesBackThatCharge(int algorithm)
    {
        var caller = Caller(Quotas.Of(algorithm, 10, Minute));
        var old = await caller.TakeAsync(5);
        Clock.Advance(Seconds(130));
        await caller.TakeAsync(5);
        await old.ChargeAsync(2);
        await old.RefundAsync(7);
        Assert.Equal(5, (await caller.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Refund_SlidingWindow_GivesBackInTheSegmentOfTheCharge()
    {
        var caller = Caller(Quota.SlidingWindow("q", 10, Seconds(60)));
        var first = await caller.TakeAsync(5);
        Clock.Advance(Seconds(10));
        await caller.TakeAsync(5);
        await first.RefreshAsync();
        await first.RefundAsync(5);
        AssertStatus(await caller.PeekAsync(), 10, 5, Seconds(60), Seconds(60));
    }

    [Fact]
    public async Task Refund_SlidingWindowAfterChargesInLaterSegments_GivesBackOfAllOfThem()
    {
        var caller = Caller(Quota.SlidingWindow("q", 1_000, Seconds(60)));
        var decision = await caller.TakeAsync(100);
        Clock.Advance(Seconds(7));
        await decision.ChargeAsync(10);
        Clock.Advance(Seconds(1));
        await decision.RefundAsync(80);
        Assert.Equal(970, decision.Statuses[0].Remaining);

        // Never more than the request took: five are another's.
        await caller.TakeAsync(5);
        Clock.Advance(Seconds(7));
        await decision.ChargeAsync(20);
        Assert.Equal(945, decision.Statuses[0].Remaining);
        await decision.RefundAsync(51);
        Assert.Equal(995, decision.Statuses[0].Remaining);
        await decision.RefundAsync(1);
        Assert.Equal(995, (await caller.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Refund_SlidingWindowInTwoSteps_GivesBackAllThatTheRequestTook()
    {
        var caller = Caller(Quota.SlidingWindow("q", 100, Seconds(60), segments: 6));
        var decision = await caller.TakeAsync(1);
        Clock.Advance(Seconds(10));
        await decision.ChargeAsync(1);
        Clock.Advance(Seconds(10));
        await decision.ChargeAsync(1);

        // The latest charge and the first one, whose segment is empty then, and live.
        await decision.RefundAsync(2);
        Assert.Equal(99, decision.Statuses[0].Remaining);
        Assert.Equal(98, (await caller.TakeAsync()).Statuses[0].Remaining);
        await decision.RefundAsync(1);
        Assert.Equal(99, (await caller.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Refund_SlidingWindowOnceTheFirstChargeIsOver_GivesBackTheLaterOneAlone()
    {
        var caller = Caller(Quota.SlidingWindow("q", 1_000, Seconds(60)));
        var decision = await caller.TakeAsync(100);
        Clock.Advance(Seconds(30));
        await decision.ChargeAsync(10);
        await caller.TakeAsync(50);
        Clock.Advance(Seconds(40));
        await decision.RefundAsync(80);
        Assert.Equal(950, decision.Statuses[0].Remaining);
    }

    [Fact]
    public async Task Refund_TokenBucket_LeavesAloneWhatTimeHasBroughtBack()
    {
        // A token a second: two of the five are back when another takes five more, so that three can be given back.
        var caller = Caller(Quota.TokenBucket("q", 10, Seconds(10)));
        var first = await caller.TakeAsync(5);
        Clock.Advance(Seconds(2));
        await caller.TakeAsync(5);
        await first.RefundAsync(5);
        AssertStatus(first, 10, 5, Seconds(1), Seconds(5));
    }

    [Fact]
    public async Task ChargeAndRefund_OfZero_ChangeNothing()
    {
        var caller = Caller(Quota.FixedWindow("q", 10, Seconds(60)));
        var decision = await caller.TakeAsync();
        Clock.Advance(Seconds(60));
        await decision.ChargeAsync(0);
        await decision.RefundAsync(0);
        AssertStatus(await caller.PeekAsync(), 10, 10, null, TimeSpan.Zero);
        await decision.RefreshAsync();
        AssertStatus(decision, 10, 10, null, TimeSpan.Zero);
    }

    [Fact]
    public async Task Refund_Concurrency_SlotComesBackWithDisposeAndOnce()
    {
        var caller = Caller(Quota.Concurrency("q", 5));
        var other = await caller.TakeAsync(2);
        var decision = await caller.TakeAsync(2);
        await decision.RefundAsync(2);
        AssertStatus(decision, 5, 1, null, null);
        decision.Dispose();
        decision.Dispose();
        AssertStatus(await caller.PeekAsync(), 5, 3, null, null);
        other.Dispose();
        AssertStatus(await caller.PeekAsync(), 5, 5, null, null);
    }

    [Fact]
    public async Task ChargeAndRefund_RejectedDecision_DoNothing()
    {
        var caller = Caller(Quota.FixedWindow("q", 1, Seconds(60)));
        await caller.TakeAsync();
        var rejected = await caller.TakeAsync();
        await rejected.ChargeAsync(1);
        await rejected.RefundAsync(1);
        await caller.SetLimitAsync(3);
        AssertStatus(await caller.PeekAsync(), 3, 2, Seconds(60), Seconds(60));
    }
}
