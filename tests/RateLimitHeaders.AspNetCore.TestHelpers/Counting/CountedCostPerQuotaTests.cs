namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Requests that cost each quota of a plan something else.</summary>
public abstract class CountedCostPerQuotaTests<TStore> : CountingTests<TStore>
    where TStore : TestedStore, new()
{
    private const long Gibibyte = 1L << 30;

    private static Quota[] Uploads => [Quota.FixedWindow("uploads", 10, Seconds(60)), Quota.SlidingWindow("bytes", Gibibyte, TimeSpan.FromDays(1))];

    [Fact]
    public async Task Costs_OfSeveralQuotas_AreChargedEachItsOwn()
    {
        var caller = Caller(Uploads);
        var decision = await caller.TakeEachAsync(1, 300_000);
        Assert.Equal([9, Gibibyte - 300_000], decision.Statuses.ToArray().Select(status => status.Remaining));
        await AssertRemainingAsync(caller, 9, Gibibyte - 300_000);
    }

    [Fact]
    public async Task Costs_RejectedByOneQuota_ChargeNoOther()
    {
        var caller = Caller(Uploads);
        await caller.TakeEachAsync(1, Gibibyte - 100);
        var rejected = await caller.TakeEachAsync(2, 101);
        Assert.Equal((false, 1), (rejected.IsAcquired, rejected.LongestWait));
        Assert.Equal([false, true], rejected.Statuses.ToArray().Select(status => status.IsViolated));
        Assert.Equal(rejected.Statuses[1].UntilMore, rejected.RetryAfter);
        await AssertRemainingAsync(caller, 9, 100);
        Assert.True((await caller.TakeEachAsync(9, 100)).IsAcquired);
    }

    [Fact]
    public async Task Cost_AboveOneLimit_IsRejectedWithoutRetryAfter()
    {
        var caller = Caller(Uploads);
        var rejected = await caller.TakeEachAsync(1, Gibibyte + 1);
        Assert.Equal((false, null, 1), (rejected.IsAcquired, rejected.RetryAfter, rejected.LongestWait));
        await AssertRemainingAsync(caller, 10, Gibibyte);
    }

    [Fact]
    public async Task CostZero_OfAnExhaustedQuota_IsNotRejectedByIt()
    {
        foreach (var quota in Quotas.Each(2).Append(Quota.Concurrency("q", 2)))
        {
            var caller = Caller(quota, Quota.FixedWindow("other", 5, Seconds(60)));
            await caller.TakeEachAsync(2, 1);
            var decision = await caller.TakeEachAsync(0, 3);
            Assert.True(decision.IsAcquired);
            Assert.False(decision.HoldsPermits);
            Assert.Equal([(0L, false), (1L, false)], decision.Statuses.ToArray().Select(status => (status.Remaining, status.IsViolated)));
            Assert.Equal([false, true], (await caller.TakeEachAsync(0, 2)).Statuses.ToArray().Select(status => status.IsViolated));
        }
    }

    [Fact]
    public async Task CostZero_UnderALimitOfZero_IsNotRejectedByIt()
    {
        var caller = Caller(Quota.FixedWindow("closed", 5, Seconds(60)), Quota.FixedWindow("open", 5, Seconds(60)));
        await caller.TakeAsync();
        await caller.SetLimitAsync(0);
        Assert.True((await caller.TakeEachAsync(0, 1)).IsAcquired);
        Assert.False((await caller.TakeEachAsync(1, 0)).IsAcquired);
    }

    [Fact]
    public async Task Cost_AboveAnInteger_IsCountedExactly()
    {
        foreach (var quota in Quotas.Each(12_000_000_000))
        {
            var caller = Caller(quota);
            var decision = await caller.TakeAsync(5_000_000_001);
            await decision.ChargeAsync(3_000_000_000);
            Assert.Equal(3_999_999_999, decision.Statuses[0].Remaining);
            Assert.False((await caller.TakeAsync(4_000_000_000)).IsAcquired);
            Assert.True((await caller.TakeAsync(3_999_999_999)).IsAcquired);
            await decision.RefundAsync(7_000_000_000);
            Assert.Equal(7_000_000_000, decision.Statuses[0].Remaining);
            await decision.RefundAsync(7_000_000_000);
            Assert.Equal(8_000_000_001, decision.Statuses[0].Remaining);
        }
    }

    [Fact]
    public async Task Cost_TheLargest_IsCounted()
    {
        foreach (var quota in Quotas.Each(PermitCost.Max))
        {
            var caller = Caller(quota);
            Assert.Equal(0, (await caller.TakeAsync(PermitCost.Max)).Statuses[0].Remaining);
            Assert.False((await caller.TakeAsync(PermitCost.Max)).IsAcquired);
        }
    }

    [Fact]
    public async Task AnyLeft_OfEachAlgorithm_TakesNothingUntilItIsCharged()
    {
        foreach (var quota in Quotas.Each(10))
        {
            var caller = Caller(quota);
            Assert.Equal((true, 10), await TakeAnyLeftAsync());
            await caller.TakeAsync(9);
            var decision = await caller.TakeAsync(PermitCost.AnyLeft);
            Assert.Equal((true, 1), (decision.IsAcquired, decision.Statuses[0].Remaining));
            await decision.RefundAsync(5);
            Assert.Equal(1, decision.Statuses[0].Remaining);

            // What it turns out to cost is counted, whether or not it fits.
            await decision.ChargeAsync(25);
            Assert.Equal(0, decision.Statuses[0].Remaining);
            Assert.Equal((false, 0), await TakeAnyLeftAsync());
            await decision.RefundAsync(24);
            Assert.Equal((false, 0), await TakeAnyLeftAsync());
            await decision.RefundAsync(1);
            Assert.Equal((true, 1), await TakeAnyLeftAsync());

            async Task<(bool IsAcquired, long Remaining)> TakeAnyLeftAsync()
            {
                var any = await caller.TakeAsync(PermitCost.AnyLeft);
                return (any.IsAcquired, any.Statuses[0].Remaining);
            }
        }
    }

    [Fact]
    public async Task AnyLeft_OfAnExhaustedQuota_HasTheRetryAfterOfOnePermit()
    {
        var caller = Caller(Quota.TokenBucket("q", 10, Seconds(10)));
        var decision = await caller.TakeAsync(PermitCost.AnyLeft);
        await decision.ChargeAsync(13);
        AssertRejected(await caller.TakeAsync(PermitCost.AnyLeft), Seconds(4), 10, 0, Seconds(4), Seconds(13));
        Clock.Advance(Seconds(4) - Step);
        Assert.Equal(Step, (await caller.TakeAsync(PermitCost.AnyLeft)).RetryAfter);
        Clock.Advance(Step);
        Assert.True((await caller.TakeAsync(PermitCost.AnyLeft)).IsAcquired);
    }

    [Fact]
    public async Task AnyLeft_OfAConcurrencyQuota_HoldsNothing()
    {
        var caller = Caller(Quota.Concurrency("q", 1));
        Assert.False((await caller.TakeAsync(PermitCost.AnyLeft)).HoldsPermits);
        Assert.True((await caller.TakeAsync()).HoldsPermits);
        Assert.False((await caller.TakeAsync(PermitCost.AnyLeft)).IsAcquired);
    }

    [Fact]
    public async Task Adjust_ChargesOneQuotaAndGivesBackOfAnother()
    {
        var caller = Caller(Quota.FixedWindow("a", 100, Seconds(60)), Quota.TokenBucket("b", 100, Seconds(60)), Quota.SlidingWindow("c", 100, Seconds(60)));
        var decision = await caller.TakeEachAsync(10, 20, PermitCost.AnyLeft);
        await decision.AdjustAsync(-4, 0, 70);
        Assert.Equal([94, 80, 30], decision.Statuses.ToArray().Select(status => status.Remaining));
        await decision.AdjustAsync(5, -100, -1);
        Assert.Equal([89, 100, 31], decision.Statuses.ToArray().Select(status => status.Remaining));
        await AssertRemainingAsync(caller, 89, 100, 31);
    }
}
