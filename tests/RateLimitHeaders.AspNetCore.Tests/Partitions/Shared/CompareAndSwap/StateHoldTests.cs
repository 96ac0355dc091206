namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The permits of a concurrency quota, which must not stay taken by a server that has died.</summary>
public class StateHoldTests
{
    private static readonly TimeSpan s_lease = new RateLimitStoreOptions().HeldPermitLifetime;

    [Fact]
    public async Task Permits_OfAServerThatDied_ComeBackAfterTheirLifetime()
    {
        using var server = new StateServer(Quota.Concurrency("q", 3));
        await server.Alice.TakeAsync(2);
        server.Clock.Advance(s_lease - new TimeSpan(1));
        Assert.Equal(1, (await server.Alice.PeekAsync()).Statuses[0].Remaining);
        server.Clock.Advance(new TimeSpan(1));
        Assert.Equal(3, (await server.Alice.PeekAsync()).Statuses[0].Remaining);
        Assert.True((await server.Alice.TakeAsync(3)).IsAcquired);
    }

    [Fact]
    public async Task Permits_ThatAreRenewed_StayTakenFromThenOn()
    {
        using var server = new StateServer(Quota.Concurrency("q", 3));
        var decision = await server.Alice.TakeAsync(2);
        for (var i = 0; i < 5; i++)
        {
            server.Clock.Advance(s_lease / 2);
            await server.Partitions.RenewAsync(decision.Decision, CancellationToken.None);
        }

        server.Clock.Advance(s_lease - new TimeSpan(1));
        Assert.Equal(1, (await server.Alice.PeekAsync()).Statuses[0].Remaining);
        await decision.ReleaseAsync();
        Assert.Equal(3, (await server.Alice.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Renewal_OfPermitsThatWereLost_HoldsThemAgain()
    {
        using var server = new StateServer(Quota.Concurrency("q", 3));
        var decision = await server.Alice.TakeAsync(2);
        server.Store.States.Clear();
        Assert.Equal(3, (await server.Alice.PeekAsync()).Statuses[0].Remaining);
        await server.Partitions.RenewAsync(decision.Decision, CancellationToken.None);
        Assert.Equal(1, (await server.Alice.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Renewal_AfterAResetAndACharge_HoldsOn()
    {
        using var server = new StateServer(Quota.FixedWindow("f", 10, TimeSpan.FromHours(1)), Quota.Concurrency("q", 3));
        var decision = await server.Alice.TakeEachAsync(1, 2);
        server.Clock.Advance(new TimeSpan(1));
        await server.Alice.ResetAsync();
        await decision.ChargeAsync(1);
        await server.Partitions.RenewAsync(decision.Decision, CancellationToken.None);
        Assert.Equal([9, 1], (await server.Alice.PeekAsync()).Statuses.ToArray().Select(status => status.Remaining));
    }

    [Fact]
    public async Task Release_Twice_GivesBackOnce()
    {
        using var server = new StateServer(Quota.Concurrency("q", 5));
        await server.Alice.TakeAsync(2);
        var decision = await server.Alice.TakeAsync(2);
        await server.Partitions.ReleaseAsync(decision.Decision);
        await server.Partitions.ReleaseAsync(decision.Decision);
        Assert.Equal(3, (await server.Alice.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Release_ByAnotherServer_IsNoOthers()
    {
        using var one = new StateServer(Quota.Concurrency("q", 5));
        using var other = one.Share(quotas: Quota.Concurrency("q", 5));
        var decision = await one.Alice.TakeAsync(2);
        await other.Alice.TakeAsync(1);
        await other.Partitions.ReleaseAsync(decision.Decision);
        Assert.Equal(4, (await one.Alice.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Release_OfAnAcquisitionThatWasNotAnsweredYet_GivesItsPermitsBack()
    {
        using var server = new StateServer(Quota.Concurrency("q", 5));
        var waits = new TaskCompletionSource();
        server.Store.BeforeSave = (_, _) => server.Store.Saves == 0 ? new(waits.Task) : default;
        var principal = new RateLimitPrincipal("user", "alice");
        var decision = new RateLimitDecision { Principal = principal };
        var acquired = server.Partitions.AcquireAsync(new AcquireArguments(principal, new long[] { 2 }, default), decision).AsTask();
        var released = server.Partitions.ReleaseAsync(decision).AsTask();
        Assert.False(acquired.IsCompleted);
        waits.SetResult();
        await acquired;
        await released;
        Assert.Equal(5, (await server.Alice.PeekAsync()).Statuses[0].Remaining);
    }
}
