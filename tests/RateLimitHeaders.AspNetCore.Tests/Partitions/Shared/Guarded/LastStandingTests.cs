namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>An outage begins with what callers had used when the store told it last.</summary>
public class LastStandingTests
{
    [Theory]
    [InlineData(1, 3, 3)]
    [InlineData(2, 3, 1)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 0, 0)]
    public async Task Outage_OfACallerThatHadUsedSome_LeavesThisServersShareOfTheRest(int nodes, long remaining, int admitted)
    {
        using var plan = Create(Quota.FixedWindow("q", 8, Minute), nodes);
        await plan.TakeAsync(8 - remaining);
        await plan.BreakAsync();
        for (var i = 0; i < admitted; i++)
        {
            Assert.True((await plan.TakeAsync()).IsAcquired);
        }

        Assert.False((await plan.TakeAsync()).IsAcquired);
        Assert.Equal(8 / nodes, (await plan.PeekAsync(id: "bob", limits: 8)).Statuses[0].Remaining);
    }

    /// <summary>Where there are more servers than permits, each admits one request of a caller that has used nothing.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Outage_OfACallerThatHasUsedNothing_LeavesThisServersShareOfAll(bool isAligned)
    {
        using var plan = Create(Quota.FixedWindow("q", 5, Minute, alignToClock: isAligned), nodes: 10);
        await (await plan.TakeAsync()).RefundAsync(1);
        await plan.BreakAsync();
        Assert.True((await plan.TakeAsync()).IsAcquired);
        Assert.False((await plan.TakeAsync()).IsAcquired);
    }

    [Fact]
    public async Task Window_OfACallerThatHadUsedSome_EndsWhenItWouldHaveInTheStore()
    {
        using var plan = Create(Quota.FixedWindow("q", 8, Minute));
        await plan.TakeAsync(8);
        plan.Clock.Advance(TimeSpan.FromSeconds(25));
        await plan.BreakAsync();
        Assert.Equal(TimeSpan.FromSeconds(35), (await plan.TakeAsync()).RetryAfter);
        plan.Clock.Advance(TimeSpan.FromSeconds(35));
        Assert.Equal(7, (await plan.TakeAsync()).Statuses[0].Remaining);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(200_000)]
    [InlineData(469_800_000)]
    [InlineData(-1)]
    [InlineData(-200_000)]
    public async Task AlignedWindow_OfAStoreWithAnotherClock_EndsWhenItWouldHaveInTheStore(long ticksAhead)
    {
        Quota[] quotas =
        [
            Quota.FixedWindow("q", 8, Minute, alignToClock: true),
            Quota.CalendarWindow("q", 8, CalendarPeriod.Day),
        ];
        foreach (var (quota, untilBoundary) in quotas.Zip([TimeSpan.FromSeconds(47), new TimeSpan(9, 52, 47)]))
        {
            using var plan = Create(quota);
            plan.Store.Answer = async call =>
            {
                await call.Count();
                foreach (ref var status in call.Decision!.StatusBuffer)
                {
                    status = status.Later(ticksAhead);
                }
            };
            await plan.TakeAsync(8);
            await plan.BreakAsync();
            var rejected = await plan.TakeAsync();
            Assert.Equal((false, untilBoundary - new TimeSpan(ticksAhead)), (rejected.IsAcquired, rejected.RetryAfter));
            plan.Clock.Advance(rejected.RetryAfter!.Value - new TimeSpan(1));
            Assert.False((await plan.TakeAsync()).IsAcquired);
            plan.Clock.Advance(new TimeSpan(1));
            Assert.Equal(7, (await plan.TakeAsync()).Statuses[0].Remaining);
        }
    }

    [Fact]
    public async Task SlidingWindow_OfACallerThatHadUsedSome_ReturnsAllWhenTheLastWouldBeBack()
    {
        using var plan = Create(Quota.SlidingWindow("q", 8, Minute));
        await plan.TakeAsync(4);
        plan.Clock.Advance(TimeSpan.FromSeconds(30));
        await plan.TakeAsync(4);
        plan.Clock.Advance(TimeSpan.FromSeconds(10));
        await plan.BreakAsync();
        Assert.Equal(TimeSpan.FromSeconds(50), (await plan.TakeAsync()).RetryAfter);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Bucket_OfACallerThatHadUsedSome_RefillsOn(int nodes)
    {
        using var plan = Create(Quota.TokenBucket("q", 12, Minute), nodes);
        await plan.TakeAsync(12);
        await plan.BreakAsync();
        plan.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2 / nodes, (await plan.PeekAsync()).Statuses[0].Remaining);
        Assert.Equal(TimeSpan.FromSeconds(50), (await plan.PeekAsync()).Statuses[0].UntilAll);
    }

    [Fact]
    public async Task Limit_OfTheCallersOwn_IsTheOneThatIsShared()
    {
        using var plan = Create(Quota.FixedWindow("q", 8, Minute));
        await plan.TakeAsync(15, limits: 20);
        await plan.BreakAsync();
        Assert.Equal((20d, 4L), await StandingAsync(plan, 20));
        Assert.Equal((16d, 0L), await StandingAsync(plan, 16));
    }

    [Fact]
    public async Task SecondOutage_AfterTheStoreHasAnswered_BeginsWithItsNewAnswer()
    {
        using var plan = Create(Quota.FixedWindow("q", 8, Minute));
        await plan.TakeAsync(2);
        await plan.BreakAsync();
        await plan.TakeAsync(6);
        Assert.Equal(0, (await plan.PeekAsync()).Statuses[0].Remaining);
        await plan.MendAsync();
        Assert.Equal(5, (await plan.TakeAsync()).Statuses[0].Remaining);
        await plan.BreakAsync();
        Assert.Equal(5, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Reset_InAnOutage_IsForgottenInMemoryToo()
    {
        using var plan = Create(Quota.FixedWindow("q", 8, Minute));
        await plan.TakeAsync(8);
        await plan.BreakAsync();
        await Assert.ThrowsAsync<RateLimitStoreException>(() => plan.Partitions.ResetAsync(new RateLimitPrincipal("user", "alice"), CancellationToken.None).AsTask());
        Assert.Equal(8, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    private static async Task<(double Limit, long Remaining)> StandingAsync(TestedPlan plan, double limit)
    {
        var decision = await plan.TakeAsync(limit == 20 ? 1 : 0, limits: limit);
        return (decision.Statuses[0].Limit!.Value, decision.Statuses[0].Remaining);
    }

    private static TestedPlan Create(Quota quota, int nodes = 1)
    {
        var store = new ScriptedStore();
        store.Options.Nodes = nodes;
        store.Options.RememberRejections = false;
        return new TestedPlan(store, quota);
    }
}
