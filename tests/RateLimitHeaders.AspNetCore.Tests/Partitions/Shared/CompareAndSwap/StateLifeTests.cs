namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>How long a state tells something, and what comes of one that is lost, reset, or whose plan was configured anew.</summary>
public class StateLifeTests
{
    private static Quota QuotaOf(int algorithm, double limit) => algorithm switch
    {
        0 => Quota.FixedWindow("q", limit, Hour),
        1 => Quota.FixedWindow("q", limit, Hour, alignToClock: true),
        2 => Quota.SlidingWindow("q", limit, Hour),
        _ => Quota.TokenBucket("q", limit, Hour),
    };

    public static TheoryData<int> Algorithms => [0, 1, 2, 3];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Lifetime_OfAState_IsAnEighthLongerThanUntilAllPermitsAreBack(int algorithm)
    {
        using var server = new StateServer(QuotaOf(algorithm, 10));
        var all = (await server.Alice.TakeAsync(3)).Statuses[0].UntilAll!.Value;
        Assert.Equal(all + (all / 8) + TimeSpan.FromSeconds(2), server.Store.Lifetime);
    }

    [Fact]
    public async Task Lifetime_OfWhatIsHeld_IsThatOfTheHold()
    {
        using var server = new StateServer(Quota.Concurrency("q", 10), Quota.FixedWindow("w", 10, TimeSpan.FromSeconds(8)));
        await server.Alice.TakeAsync();
        Assert.Equal(TimeSpan.FromSeconds(60 + 7.5 + 2), server.Store.Lifetime);
    }

    [Fact]
    public async Task Lifetime_OfABucketWithABatch_BeginsWithTheEndOfTheBatch()
    {
        // The batch ends after ten seconds. Then the bucket refills what was taken, 60 of 100 tokens.
        using var server = new StateServer(Quota.TokenBucket("q", 100, TimeSpan.FromSeconds(10)));
        await server.TakeBatchAsync(50, TimeSpan.FromSeconds(5), cost: 10);
        var full = TimeSpan.FromSeconds(10 + 6);
        Assert.Equal(full + (full / 8) + TimeSpan.FromSeconds(2), server.Store.Lifetime);
    }

    [Fact]
    public async Task Rejections_WhoseTimeWasShortened_CountNoLonger()
    {
        using var server = new StateServer(QuotaOf(0, 10));
        Assert.Equal(1, await server.Partitions.AddRejectionsAsync("alice", 1, Hour));
        Assert.Equal(2, await server.Partitions.AddRejectionsAsync("alice", 1, TimeSpan.FromMinutes(1)));
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await server.Partitions.AddRejectionsAsync("alice", 1, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task Lifetime_OfADebtOfAges_CanBeAddedToAnInstant()
    {
        using var server = new StateServer(Quota.TokenBucket("q", 1, TimeSpan.FromDays(36_525)));
        var decision = await server.Alice.TakeAsync();
        await decision.ChargeAsync(PermitCost.Max);
        Assert.Equal(TimeSpan.FromDays(73_050), server.Store.Lifetime);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task State_ThatIsOver_ChangesNoAnswer(int algorithm)
    {
        using var server = new StateServer(QuotaOf(algorithm, 10));
        await server.Alice.TakeAsync(10);
        server.Clock.Advance(2 * Hour);
        var kept = (await server.Alice.PeekAsync()).Statuses[0];
        server.Store.States.Clear();
        Assert.Equal(kept, (await server.Alice.PeekAsync()).Statuses[0]);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Refund_OfADecisionWhoseStateWasLost_ComesBackToNoOther(int algorithm)
    {
        using var server = new StateServer(QuotaOf(algorithm, 10));
        var decision = await server.Alice.TakeAsync(5);
        server.Store.States.Clear();
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        await server.Alice.TakeAsync(4);
        await decision.RefundAsync(5);
        Assert.Equal(6, decision.Statuses[0].Remaining);
        Assert.Equal(6, (await server.Alice.PeekAsync()).Statuses[0].Remaining);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Refund_OfADecisionBeforeAReset_ComesBackToNoOther(int algorithm)
    {
        using var server = new StateServer(QuotaOf(algorithm, 10));
        var before = await server.Alice.TakeAsync(5);
        await server.Alice.ResetAsync();
        var after = await server.Alice.TakeAsync(4);
        await before.RefundAsync(5);
        Assert.Equal(6, (await server.Alice.PeekAsync()).Statuses[0].Remaining);
        await after.RefundAsync(4);
        Assert.Equal(10, (await server.Alice.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Charge_OfADecisionWhoseStateIsOver_UsesTheLimitOfTheDecision()
    {
        using var server = new StateServer(QuotaOf(0, 10));
        var decision = await server.Alice.TakeAsync(1, limit: 50);
        server.Store.States.Clear();
        server.Clock.Advance(2 * Hour);
        await decision.ChargeAsync(7);
        Assert.Equal((50d, 43), (decision.Statuses[0].Limit, decision.Statuses[0].Remaining));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Limit_ConfiguredAnew_HoldsAndWhatIsUsedStaysUsed(int algorithm)
    {
        using var before = new StateServer(QuotaOf(algorithm, 10));
        using var after = before.Share(quotas: QuotaOf(algorithm, 20));
        Assert.Equal(6, (await before.Alice.TakeAsync(4)).Statuses[0].Remaining);
        var decision = await after.Alice.TakeAsync();
        Assert.Equal((20d, 15), (decision.Statuses[0].Limit, decision.Statuses[0].Remaining));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Update_OfThePlan_HoldsAndWhatIsUsedStaysUsed(int algorithm)
    {
        using var server = new StateServer(QuotaOf(algorithm, 10));
        await server.Alice.TakeAsync(4);
        Assert.False(server.Partitions.TryUpdate(TestPlan.Define("api", Quota.FixedWindow("other", 20, Hour))));
        Assert.True(server.Partitions.TryUpdate(TestPlan.Define("api", QuotaOf(algorithm, 20))));
        Assert.Equal(15, (await server.Alice.TakeAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Limit_OfACaller_IsKeptWhenThePlanIsConfiguredAnew()
    {
        using var before = new StateServer(QuotaOf(0, 10));
        using var after = before.Share(quotas: QuotaOf(0, 20));
        await before.Alice.TakeAsync(1, limit: 50);
        Assert.Equal(50, (await after.Alice.TakeAsync()).Statuses[0].Limit);
        await after.Alice.TakeAsync(1, limit: 7);
        Assert.Equal(7, (await before.Alice.TakeAsync()).Statuses[0].Limit);
    }

    [Fact]
    public async Task InitialLimits_ApplyToUnknownCallersOnly()
    {
        using var server = new StateServer(QuotaOf(0, 10));
        var caller = new RateLimitPrincipal("user", "alice");
        foreach (var (initial, limit) in new[] { (30, 30), (40, 30) })
        {
            var decision = new RateLimitDecision { Principal = caller };
            await server.Partitions.AcquireAsync(
                new AcquireArguments(caller, new long[] { 1 }, new[] { double.NaN }) { InitialLimits = new double[] { initial } }, decision);
            Assert.Equal(limit, decision.Statuses[0].Limit);
        }
    }

    [Fact]
    public async Task Check_WritesAndDisturbsNothing()
    {
        using var server = new StateServer(QuotaOf(0, 10));
        await server.Alice.TakeAsync();
        await server.Partitions.CheckAsync(new RateLimitPrincipal("user", "alice"), CancellationToken.None);
        await server.Partitions.CheckAsync(new RateLimitPrincipal("user", "alice"), CancellationToken.None);
        Assert.Equal(3, server.Store.Saves);
        Assert.Equal(TimeSpan.FromSeconds(1), server.Store.Lifetime);
        Assert.Equal(9, (await server.Alice.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Check_OfAStoreThatIsReadOnly_Fails()
    {
        using var server = new StateServer(QuotaOf(0, 10));
        server.Store.BeforeSave = static (_, _) => throw new RateLimitStoreException(StoreFailureKind.Server, "read-only");
        await Assert.ThrowsAsync<RateLimitStoreException>(
            () => server.Partitions.CheckAsync(new RateLimitPrincipal("user", "alice"), CancellationToken.None).AsTask());
    }
}
