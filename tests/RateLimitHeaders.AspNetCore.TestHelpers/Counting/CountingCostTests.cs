namespace RateLimitHeaders.AspNetCore.Tests;

public abstract class CountingCostTests<TStore> : CountingTests<TStore>
    where TStore : TestedStore, new()
{
    private static Quota[] EachAlgorithm(int limit) => [.. Quotas.Each(limit), Quota.Concurrency("q", limit)];

    [Fact]
    public async Task CostZero_IsGrantedAndChargesNothing()
    {
        foreach (var quota in EachAlgorithm(2))
        {
            var caller = Caller(quota);
            for (var i = 0; i < 5; i++)
            {
                var free = await caller.TakeAsync(0);
                Assert.Equal((true, null, 2L), (free.IsAcquired, free.RetryAfter, free.Statuses[0].Remaining));
            }

            await caller.TakeAsync(2);
            var none = await caller.TakeAsync(0);
            Assert.Equal((true, null, 0L, false), (none.IsAcquired, none.RetryAfter, none.Statuses[0].Remaining, none.Statuses[0].IsViolated));
            Assert.Equal(-1, none.LongestWait);
        }
    }

    [Fact]
    public async Task CostAboveTheLimit_IsRejectedWithoutRetryAfterAndChargesNothing()
    {
        foreach (var quota in EachAlgorithm(3))
        {
            var caller = Caller(quota);
            await caller.TakeAsync();
            var rejected = await caller.TakeAsync(4);
            Assert.Equal((false, null, 2L, true), (rejected.IsAcquired, rejected.RetryAfter, rejected.Statuses[0].Remaining, rejected.Statuses[0].IsViolated));
            Assert.True((await caller.TakeAsync(2)).IsAcquired);
        }
    }

    [Fact]
    public async Task Rejection_BySeveralQuotas_HasTheIndexOfTheLongestWait()
    {
        var caller = Caller(
            Quota.TokenBucket("a", 2, Seconds(2)), Quota.FixedWindow("b", 2, Seconds(3_600)), Quota.SlidingWindow("c", 2, Seconds(60)));
        Assert.Equal(-1, (await caller.TakeAsync(2)).LongestWait);
        Assert.Equal(1, (await caller.TakeAsync()).LongestWait);

        // No wait is longer than one that never ends.
        await caller.SetLimitAsync(1, quota: 2);
        Assert.Equal(2, (await caller.TakeAsync(2)).LongestWait);
    }

    [Fact]
    public async Task Callers_OfOnePlan_AreCountedApart()
    {
        var (alice, bob) = Callers(Quota.FixedWindow("a", 2, Seconds(60)), Quota.TokenBucket("b", 5, Seconds(5)));
        Assert.True((await alice.TakeAsync(2)).IsAcquired);
        Assert.False((await alice.TakeAsync()).IsAcquired);
        Assert.True((await bob.TakeAsync()).IsAcquired);
        await AssertRemainingAsync(alice, 0, 3);
        await AssertRemainingAsync(bob, 1, 4);
    }

    [Fact]
    public async Task Decision_Acquired_HasTheAgeOfItsStatuses()
    {
        var caller = Caller(Quota.FixedWindow("q", 2, Seconds(60)));
        var decision = await caller.TakeAsync();
        Clock.Advance(Seconds(7));
        Assert.Equal(Seconds(7), decision.Age);
        await decision.RefreshAsync();
        Assert.Equal(TimeSpan.Zero, decision.Age);
        AssertStatus(decision, 2, 1, Seconds(53), Seconds(53));
    }

    [Fact]
    public async Task Decision_HoldsPermits_OnlyOfAConcurrencyQuota()
    {
        Assert.True((await Caller(Quota.Concurrency("q", 2)).TakeAsync()).HoldsPermits);
        Assert.False((await Caller(Quota.Concurrency("q", 2)).TakeAsync(0)).HoldsPermits);
        Assert.False((await Caller(Quota.FixedWindow("q", 2, Seconds(60))).TakeAsync()).HoldsPermits);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Acquisitions_ManyAtOnce_AdmitTheLimitAndSeeDifferentNumbers(int algorithm)
    {
        const int Limit = 100;
        var caller = Caller(EachAlgorithm(Limit)[algorithm]);
        var decisions = await Task.WhenAll(Enumerable.Range(0, 3 * Limit).Select(_ => Task.Run(() => caller.TakeAsync())));
        Assert.Equal(
            Enumerable.Range(0, Limit).Select(left => (long)left),
            decisions.Where(decision => decision.IsAcquired).Select(decision => decision.Statuses[0].Remaining).Order());
    }
}
