namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>What requests hold of a concurrency quota in Redis.</summary>
public class HoldTests
{
    private static readonly TimeSpan s_holdTime = new RedisStoreOptions().HeldPermitLifetime;

    [Fact]
    public async Task Permits_ThatAreRenewed_StayTaken()
    {
        using var plan = await TestedPlan.CreateAsync(Quota.Concurrency("q", 3));
        var decision = await plan.TakeAsync(2);
        Assert.True(decision.HoldsPermits);
        for (var i = 0; i < 12; i++)
        {
            plan.Clock.Advance(s_holdTime / 3);
            await plan.Partitions.RenewAsync(decision.Decision, CancellationToken.None);
            Assert.Equal(1, (await plan.PeekAsync()).Statuses[0].Remaining);
        }

        await plan.Partitions.ReleaseAsync(decision.Decision);
        await plan.Partitions.ReleaseAsync(decision.Decision);
        Assert.Equal(3, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Permits_ThatAreNotRenewed_ComeBackWhenTheirTimeEnds()
    {
        using var plan = await TestedPlan.CreateAsync(Quota.Concurrency("q", 1));
        await plan.TakeAsync();
        plan.Clock.Advance(s_holdTime - new TimeSpan(10));
        Assert.False((await plan.TakeAsync()).IsAcquired);
        plan.Clock.Advance(new TimeSpan(10));
        Assert.True((await plan.TakeAsync()).IsAcquired);
    }

    [Fact]
    public async Task Release_OfOneRequest_LeavesWhatOthersHold()
    {
        using var plan = await TestedPlan.CreateAsync(Quota.Concurrency("q", 6));
        var first = await plan.TakeAsync(1);
        await plan.TakeAsync(2);
        var third = await plan.TakeAsync(3);
        await plan.Partitions.ReleaseAsync(first.Decision);
        Assert.Equal(1, (await plan.PeekAsync()).Statuses[0].Remaining);
        await plan.Partitions.ReleaseAsync(third.Decision);
        Assert.Equal(4, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Renewal_AfterTheKeysAreLost_HoldsThePermitsAgain()
    {
        using var plan = await TestedPlan.CreateAsync(Quota.FixedWindow("a", 10, TimeSpan.FromMinutes(1)), Quota.Concurrency("b", 3));
        var decision = await plan.TakeAsync(2);
        await (await SharedRedis.GetAsync()).CommandAsync("DEL", plan.KeyOf());
        Assert.Equal(3, (await plan.PeekAsync()).Statuses[1].Remaining);
        await plan.Partitions.RenewAsync(decision.Decision, CancellationToken.None);
        Assert.Equal([10, 1], (await plan.PeekAsync()).Statuses.ToArray().Select(status => status.Remaining));
        await plan.Partitions.ReleaseAsync(decision.Decision);
        Assert.Equal(3, (await plan.PeekAsync()).Statuses[1].Remaining);
    }

    [Fact]
    public async Task Permits_OfARequestThatGotNoAnswer_CanBeReleased()
    {
        using var plan = await TestedPlan.CreateAsync(Quota.Concurrency("q", 1));
        var alice = new RateLimitPrincipal("user", "alice");
        var decision = new RateLimitDecision { Principal = alice };
        plan.Runner.LosesAnswers = true;
        await Assert.ThrowsAsync<RateLimitStoreException>(
            async () => await plan.Partitions.AcquireAsync(new AcquireArguments(alice, plan.Costs(1), default), decision));
        plan.Runner.LosesAnswers = false;
        Assert.Equal(0, (await plan.PeekAsync()).Statuses[0].Remaining);
        await plan.Partitions.ReleaseAsync(decision);
        Assert.Equal(1, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Adjustment_LeavesWhatIsHeld()
    {
        using var plan = await TestedPlan.CreateAsync(Quota.Concurrency("q", 5));
        var decision = await plan.TakeAsync(2);
        await decision.ChargeAsync(2);
        await decision.RefundAsync(2);
        plan.Clock.Advance(s_holdTime / 2);
        await plan.Partitions.RenewAsync(decision.Decision, CancellationToken.None);
        plan.Clock.Advance(s_holdTime / 2);
        Assert.Equal(3, (await plan.PeekAsync()).Statuses[0].Remaining);
    }
}
