namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What is peeked at and forgotten while permits are held.</summary>
public class BatchPeekAndResetTests
{
    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task RememberedRejection_ThatABatchRefutes_IsForgotten()
    {
        await using var servers = BatchServers.Create(2, BatchServers.Eager(maxBatch: 8, TimeSpan.FromSeconds(30)), Quota.FixedWindow("q", 40, TimeSpan.FromHours(1)));
        await servers.DrainAsync(0);
        await servers.SettleAsync();
        await servers.ResetAsync(1);
        servers.Clock.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 5; i++)
        {
            Assert.True((await servers.TakeAsync(0)).IsAcquired);
        }
    }

    [Fact]
    public async Task Peek_AddsWhatIsHeld()
    {
        await using var servers = await CreateAsync();
        Assert.Equal(60, (await servers.PeekAsync()).Statuses[0].Remaining);
        Assert.InRange(servers.First.HeldPermits, 11, 39);
        Assert.Equal((80, 40), await RemainingAsync(servers, limit: 80));

        // What is held is more than this limit leaves.
        Assert.Equal((50, 0), await RemainingAsync(servers, limit: 50));
    }

    [Fact]
    public async Task Peek_OnAnotherServer_CountsHeldPermitsAsUsed()
    {
        await using var servers = await CreateAsync();
        servers.Add();
        Assert.Equal(60 - servers.First.HeldPermits, (await servers.PeekAsync(server: 1)).Statuses[0].Remaining);
        Assert.Equal(0, servers.All[1].Callers);
    }

    [Fact]
    public async Task Peek_AnsweredAfterLaterCalls_AddsNoPermitsOfALaterBatch()
    {
        await using var servers = await CreateAsync();
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        servers.Store.Answer = async count =>
        {
            await count();
            await answer.Task;
        };
        var peek = servers.PeekAsync();
        servers.Store.Mend();
        var before = servers.First.HeldPermits;
        await servers.TakeManyAsync(40);
        Assert.InRange(servers.First.HeldPermits, 1, 50);
        answer.SetResult();
        Assert.Equal(60 - before, (await peek).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Peek_WhileABatchIsOnItsWay_WaitsForIt()
    {
        await using var servers = await CreateAsync(taken: 0);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        servers.Store.Answer = async count =>
        {
            await count();
            await answer.Task;
        };
        var first = servers.TakeAsync();
        servers.Store.Mend();
        var peek = servers.PeekAsync();
        Assert.False(peek.IsCompleted);
        answer.SetResult();
        Assert.Equal(99, (await first).Statuses[0].Remaining);
        Assert.Equal(99, (await peek).Statuses[0].Remaining);
        Assert.Equal(2, servers.First.HeldPermits);
    }

    [Fact]
    public async Task Peek_WithoutAnAnswer_IsUnavailable()
    {
        await using var servers = await CreateAsync();
        servers.Store.Break();
        Assert.Equal(RateLimitOutcome.Unavailable, (await servers.PeekAsync()).Outcome);
    }

    [Fact]
    public async Task Reset_ForgetsWhatIsHeld()
    {
        await using var servers = await CreateAsync();
        var old = await servers.TakeAsync();
        await servers.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        await servers.ResetAsync();
        Assert.Equal(0, servers.First.HeldPermits);
        Assert.Equal(100, (await servers.PeekAsync()).Statuses[0].Remaining);
        Assert.Equal(99, (await servers.TakeAsync()).Statuses[0].Remaining);
        await servers.AdvanceAsync(2 * s_hold);
        Assert.Equal(99, (await servers.PeekAsync()).Statuses[0].Remaining);

        // What it took was forgotten, too.
        await old.RefundAsync(1);
        Assert.Equal(99, (await servers.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Reset_WithoutAnAnswer_BringsBackWhatIsHeld()
    {
        await using var servers = await CreateAsync();
        servers.Store.Answer = count =>
        {
            servers.Store.Mend();
            throw new RateLimitStoreException(StoreFailureKind.Call, "it came to nothing");
        };
        await Assert.ThrowsAsync<RateLimitStoreException>(servers.ResetAsync);
        await servers.SettleAsync();
        Assert.Equal(0, servers.First.HeldPermits);
        Assert.Equal(60, (await servers.PeekAsync()).Statuses[0].Remaining);
        servers.Add();
        Assert.Equal(60, (await servers.PeekAsync(server: 1)).Statuses[0].Remaining);
    }

    private static async Task<(double Limit, long Remaining)> RemainingAsync(BatchServers servers, double limit)
    {
        var decision = await servers.PeekAsync(limits: limit);
        return (decision.Statuses[0].Limit!.Value, decision.Statuses[0].Remaining);
    }

    private static async Task<BatchServers> CreateAsync(int taken = 40)
    {
        var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), Quota.FixedWindow("hourly", 100, TimeSpan.FromHours(1)));
        await servers.TakeManyAsync(taken);
        return servers;
    }
}
