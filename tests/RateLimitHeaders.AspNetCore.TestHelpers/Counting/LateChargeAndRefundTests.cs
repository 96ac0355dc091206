namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Charges and refunds of a request that time has passed for, or that charges more than can be counted.</summary>
public abstract class LateChargeAndRefundTests<TStore> : CountingTests<TStore>
    where TStore : TestedStore, new()
{
    [Fact]
    public async Task Charge_SlidingWindowWithoutAnAcquisitionBefore_IsCountedInThePresentSegment()
    {
        var decision = await Caller(Quota.SlidingWindow("q", 10, Seconds(60))).TakeAsync(2);
        Clock.Advance(Seconds(130));
        await decision.ChargeAsync(3);
        AssertStatus(decision, 10, 7, Seconds(60), Seconds(60));
    }

    [Fact]
    public async Task Refund_SlidingWindowInTheOldestSegment_GivesBackUntilItExpires()
    {
        foreach (var (wait, remaining) in new[] { (Seconds(60) - Step, 9), (Seconds(60), 9) })
        {
            var caller = Caller(Quota.SlidingWindow("q", 10, Seconds(60)));
            var decision = await caller.TakeAsync(5);
            Clock.Advance(wait);
            await caller.TakeAsync();
            await decision.RefundAsync(5);
            Assert.Equal(remaining, decision.Statuses[0].Remaining);
            Clock.Advance(Seconds(60) - wait);
        }
    }

    [Fact]
    public async Task Charge_TokenBucketManyTimesWhatItHolds_IsOwed()
    {
        var caller = Caller(Quota.TokenBucket("q", 10, Seconds(60)));
        var decision = await caller.TakeAsync();
        for (var owed = 1 + (long)int.MaxValue; owed < 5L * int.MaxValue; owed += int.MaxValue)
        {
            await decision.ChargeAsync(int.MaxValue);
            AssertStatus(decision, 10, 0, (owed - 9) * Seconds(6), owed * Seconds(6));
        }
    }

    [Fact]
    public async Task Charge_TokenBucketBehindAnothersTokens_IsNotGivenBackInTheirPlace()
    {
        // Three of the first four are back, the fourth and the one charged are not; the other's four are its own.
        var caller = Caller(Quota.TokenBucket("q", 10, Seconds(10)));
        var decision = await caller.TakeAsync(4);
        await caller.TakeAsync(4);
        Clock.Advance(Seconds(3));
        await decision.ChargeAsync(1);
        AssertStatus(decision, 10, 4, Seconds(1), Seconds(6));
        await decision.RefundAsync(5);
        AssertStatus(decision, 10, HoldsPermits ? 5 : 6, Seconds(1), Seconds(HoldsPermits ? 5 : 4));
    }

    [Fact]
    public async Task Refund_TokenBucketTwice_GivesNothingBackForTheSecondTimeThatTimeHasBroughtBack()
    {
        var caller = Caller(Quota.TokenBucket("q", 10, Seconds(10)));
        var decision = await caller.TakeAsync(4);
        await decision.RefundAsync(2);
        Clock.Advance(Seconds(2));
        await caller.TakeAsync(5);
        await decision.RefundAsync(2);
        AssertStatus(decision, 10, 5, Seconds(1), Seconds(5));
    }

    [Fact]
    public async Task Refund_TokenBucketWhoseLimitWasRaised_LeavesAloneWhatTimeHasBroughtBack()
    {
        // Ten tokens a second, where it was one: the ten are back when another takes all.
        var caller = Caller(Quota.TokenBucket("q", 10, Seconds(10)));
        var decision = await caller.TakeAsync(10);
        await caller.SetLimitAsync(100);
        Clock.Advance(Seconds(2));
        Assert.True((await caller.TakeAsync(100)).IsAcquired);
        await decision.RefundAsync(10);
        AssertStatus(await caller.PeekAsync(), 100, 0, Seconds(0.1), Seconds(10));
    }

    [Fact]
    public async Task ChargeAndRefund_TokenBucketWhoseLimitWasRaised_GiveBackWhatWasChargedSince()
    {
        var caller = Caller(Quota.TokenBucket("q", 10, Seconds(10)));
        var decision = await caller.TakeAsync(10);
        await caller.SetLimitAsync(100);
        await decision.ChargeAsync(20);
        AssertStatus(decision, 100, 70, Seconds(0.1), Seconds(3));
        await decision.RefundAsync(25);
        AssertStatus(decision, 100, 95, Seconds(0.1), Seconds(0.5));
    }

    [Fact]
    public async Task Refund_TokenBucketWhoseLimitWasLowered_GivesBackWhatTimeHasNot()
    {
        var caller = Caller(Quota.TokenBucket("q", 10, Seconds(10)));
        var decision = await caller.TakeAsync(4);
        await caller.SetLimitAsync(5);
        await decision.RefundAsync(1);
        AssertStatus(decision, 5, 2, Seconds(2), Seconds(6));
    }
}
