namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>When permits come back that are held and not used.</summary>
public class BatchReturnTests
{
    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Batch_WhoseCallerSendsNoMore_ComesBack()
    {
        await using var servers = BatchServers.Create(2, BatchServers.Eager(50, s_hold), Hourly(100));
        await servers.TakeManyAsync(20);
        Assert.InRange(servers.First.HeldPermits, 1, 50);

        await servers.AdvanceAsync(s_hold / 2);
        Assert.Equal(0, servers.First.HeldPermits);
        Assert.Equal(80, (await servers.TakeAsync(server: 1, permits: 0)).Statuses[0].Remaining);

        // And the caller is forgotten, on both servers, which have nothing to do any more.
        await servers.AdvanceAsync(3 * s_hold);
        Assert.Equal((0, 0), (servers.First.Callers, servers.Clock.RunningTimers));
        await servers.TakeAsync();
        Assert.Equal((1, 1), (servers.First.Callers, servers.Clock.RunningTimers));
    }

    [Fact]
    public async Task Batch_OfABucket_ComesBackWhole()
    {
        await using var servers = BatchServers.Create(2, BatchServers.Eager(50, s_hold), Quota.TokenBucket("bucket", 100, TimeSpan.FromHours(100)));
        await servers.TakeManyAsync(20);
        await servers.AdvanceAsync(s_hold / 2);
        Assert.Equal(80, (await servers.TakeAsync(server: 1, permits: 0)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Batch_WhenThePartitionsAreDisposed_ComesBackFirst()
    {
        await using var servers = BatchServers.Create(2, BatchServers.Eager(50, s_hold), Hourly(100));
        await servers.TakeManyAsync(20);
        await Task.Run(servers.First.Dispose);
        Assert.Equal((0, 0), (servers.First.Callers, servers.Store.LivePartitions));
        Assert.Equal(80, (await servers.TakeAsync(server: 1, permits: 0)).Statuses[0].Remaining);
        servers.First.Dispose();
        Assert.Equal(0, servers.Store.LivePartitions);
    }

    [Fact]
    public async Task Batch_WhenTheLimitChanges_ComesBackAndTheNewLimitHoldsAtOnce()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold) with { HotRequests = 2 }, Hourly(100));
        for (var i = 0; i < 20; i++)
        {
            await servers.TakeAsync(permits: 1, limits: 100);
        }

        await servers.SettleAsync();
        Assert.InRange(servers.First.HeldPermits, 1, 50);
        var decision = await servers.TakeAsync(permits: 1, limits: 30);
        Assert.Equal((30d, 9), (decision.Statuses[0].Limit, decision.Statuses[0].Remaining));
        Assert.Equal(0, servers.First.HeldPermits);
    }

    [Fact]
    public async Task Batch_OfALimitThatChangedMeanwhile_IsNotUsed()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), Hourly(100));
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        servers.Store.Answer = async count =>
        {
            await answer.Task;
            await count();
        };
        var first = servers.TakeAsync(permits: 1, limits: 100);
        servers.Store.Mend();
        var second = servers.TakeAsync(permits: 1, limits: 10);
        answer.SetResult();
        Assert.Equal(100, (await first).Statuses[0].Limit);
        Assert.Equal((10, 8), ((await second).Statuses[0].Limit, (await second).Statuses[0].Remaining));
        await servers.AdvanceAsync(s_hold);
        Assert.Equal(8, (await servers.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Rejection_WhileAnotherServerHoldsPermits_IsNotRememberedForLongerThanThat()
    {
        await using var servers = BatchServers.Create(2, BatchServers.Eager(50, s_hold), Hourly(100));
        await servers.TakeManyAsync(20);
        var held = (int)servers.First.HeldPermits;
        Assert.Equal(80 - held, await servers.DrainAsync(server: 1));
        Assert.Equal(TimeSpan.FromHours(1), (await servers.TakeAsync(server: 1)).RetryAfter);

        await servers.AdvanceAsync(2 * s_hold);
        Assert.Equal(held, await servers.DrainAsync(server: 1));
    }

    [Fact]
    public async Task Update_OfTheLimits_BringsBackWhatIsHeld()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), Hourly(100));
        await servers.TakeManyAsync(20);
        Assert.False(servers.First.TryUpdate(TestPlan.Define("api", Quota.FixedWindow("daily", 100, TimeSpan.FromDays(1)))));
        Assert.InRange(servers.First.HeldPermits, 1, 50);
        Assert.True(servers.First.TryUpdate(TestPlan.Define("api", Hourly(30))));
        Assert.Equal(0, servers.First.HeldPermits);
        var decision = await servers.TakeAsync();
        Assert.Equal((30, 9), (decision.Statuses[0].Limit, decision.Statuses[0].Remaining));
    }

    private static Quota Hourly(double limit) => Quota.FixedWindow("hourly", limit, TimeSpan.FromHours(1));
}
