namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class ConcurrencyLeaseTests
{
    private static readonly TimeSpan s_lease = new RedisStoreOptions().ConcurrencyLeaseTime;

    [Fact]
    public async Task Permits_OfALongRequest_AreRenewedWhileItRuns()
    {
        using var tested = await TestedCounter.CreateAsync(Quota.Concurrency("q", 3));
        using var lease = await tested.TakeAsync(2);
        Assert.True(lease.HoldsPermits);
        for (var i = 0; i < 12; i++)
        {
            tested.Clock.Advance(s_lease / 3);
            await SettledAsync(tested);
            Assert.Equal(1, (await tested.TakeAsync(0)).Statuses[0].Remaining);
        }

        lease.Dispose();
        lease.Dispose();
        await SettledAsync(tested);
        Assert.Equal(3, (await tested.TakeAsync(0)).Statuses[0].Remaining);
        Assert.Equal(0, tested.Counter.HeldLeases);
    }

    [Fact]
    public async Task Permits_OfAServerThatDied_ComeBackWhenTheirLeaseEnds()
    {
        using var tested = await TestedCounter.CreateAsync(Quota.Concurrency("q", 1));
        await tested.TakeAsync();
        tested.Gateway.IsSilent = true;
        tested.Clock.Advance(s_lease - new TimeSpan(10));
        tested.Gateway.IsSilent = false;
        Assert.False((await tested.TakeAsync()).IsAcquired);

        // In one step, so that no renewal is heard before.
        tested.Gateway.IsSilent = true;
        tested.Clock.Advance(new TimeSpan(10));
        tested.Gateway.IsSilent = false;
        Assert.True((await tested.TakeAsync()).IsAcquired);
    }

    [Fact]
    public async Task Renewals_OfASlowRedis_DoNotPileUpAndNeverHoldUpARelease()
    {
        using var tested = await TestedCounter.CreateAsync(Quota.Concurrency("q", 1));
        var lease = await tested.TakeAsync();
        var slow = new TaskCompletionSource();
        tested.Gateway.Answers = slow.Task;
        Assert.Equal(1, await tested.CallsOfAsync(() => AdvanceAsync(10 * s_lease)));
        Assert.Equal(1, await tested.CallsOfAsync(() =>
        {
            lease.Dispose();
            return AdvanceAsync(s_lease / 2);
        }));

        tested.Gateway.Answers = Task.CompletedTask;
        slow.SetResult();
        await SettledAsync(tested);
        Assert.Equal(0, tested.Counter.HeldLeases);
        Assert.True((await tested.TakeAsync()).IsAcquired);
        Assert.Equal(1, await tested.CallsOfAsync(() => AdvanceAsync(s_lease / 6)));

        Task AdvanceAsync(TimeSpan time)
        {
            tested.Clock.Advance(time);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Release_ThatRedisDidNotHear_IsSaidAgain()
    {
        using var tested = await TestedCounter.CreateAsync(Quota.Concurrency("q", 1));
        var lease = await tested.TakeAsync();
        tested.Gateway.IsSilent = true;
        lease.Dispose();
        tested.Gateway.IsSilent = false;
        Assert.False((await tested.TakeAsync()).IsAcquired);
        Assert.Equal(1, tested.Counter.HeldLeases);
        tested.Clock.Advance(s_lease / 3);
        await SettledAsync(tested);
        Assert.True((await tested.TakeAsync()).IsAcquired);
    }

    [Fact]
    public async Task Permits_ThatRedisGaveAfterTheDeadline_AreGivenBack()
    {
        using var tested = await TestedCounter.CreateAsync(Quota.Concurrency("q", 1));
        await tested.TakeAsync(0);
        tested.Gateway.IsLate = true;
        using var fromMemory = await tested.TakeAsync();
        tested.Gateway.IsLate = false;
        Assert.True(fromMemory.IsAcquired);

        // Not said again before it is known that nobody has heard it.
        await SettledAsync(tested);
        tested.Clock.Advance(s_lease / 3);
        await SettledAsync(tested);
        Assert.Equal(1, (await tested.TakeAsync(0)).Statuses[0].Remaining);
        Assert.Equal(0, tested.Counter.HeldLeases);
    }

    [Fact]
    public async Task Renewal_AfterTheKeysAreLost_HoldsThePermitsAgain()
    {
        using var tested = await TestedCounter.CreateAsync(Quota.Concurrency("q", 1));
        using var lease = await tested.TakeAsync();
        var server = await SharedRedis.GetAsync();
        foreach (var key in (await server.CommandAsync("KEYS", $"*:{tested.Plan.PolicyName}:*")).Split('\n'))
        {
            await server.CommandAsync("DEL", key);
        }

        Assert.Equal(1, (await tested.TakeAsync(0)).Statuses[0].Remaining);
        tested.Clock.Advance(s_lease / 3);
        await SettledAsync(tested);
        Assert.False((await tested.TakeAsync()).IsAcquired);
    }

    /// <summary>Waits until what was sent in the background is done.</summary>
    private static async Task SettledAsync(TestedCounter tested)
    {
        for (var attempt = 0; tested.Counter.CallsBehind > 0; attempt++)
        {
            Assert.True(attempt < 10_000, "Calls come to no end.");
            await Task.Delay(1);
        }
    }
}
