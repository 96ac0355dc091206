namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>How permits are taken in batches and used.</summary>
public class BatchTakingTests
{
    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Caller_WithFewRequests_IsServedExactlyAndNothingIsHeld()
    {
        await using var servers = BatchServers.Create(1, new(100, s_hold, Nodes: 1), Hourly(10_000));
        for (var i = 1; i <= 50; i++)
        {
            Assert.Equal(10_000 - i, (await servers.TakeAsync()).Statuses[0].Remaining);
            Assert.Equal(i, servers.Store.Calls);
            Assert.Equal(0, servers.First.HeldPermits);
            await servers.AdvanceAsync(s_hold / 14);
        }
    }

    [Fact]
    public async Task Caller_ThatIsHot_IsServedInGrowingBatchesAndSeesEachNumberOnce()
    {
        await using var servers = BatchServers.Create(1, new(100, s_hold, Nodes: 1), Hourly(100_000));
        for (var i = 1; i <= 2_000; i++)
        {
            var decision = await servers.TakeAsync();
            await servers.SettleAsync();
            Assert.Equal(100_000 - i, decision.Statuses[0].Remaining);
            Assert.InRange(servers.First.HeldPermits, 0, 100);
        }

        // 15 exact ones, some that grow, then one for each half of the largest batch.
        Assert.InRange(servers.Store.Calls, 15 + (1_900 / 100), 15 + 10 + (2_000 / 50));
    }

    [Fact]
    public async Task Requests_ManyAtOnce_HaveDistinctRemainingAndFewStoreCalls()
    {
        const int Requests = 5_000;
        await using var servers = BatchServers.Create(1, new(1_000, s_hold, Nodes: 1), Hourly(100_000));
        await servers.TakeManyAsync(16);
        var decisions = await Task.WhenAll(Enumerable.Range(0, Requests).Select(_ => Task.Run(() => servers.TakeAsync())));
        Assert.Equal(Requests, decisions.Select(decision => decision.Statuses[0].Remaining).Distinct().Count());
        Assert.InRange(servers.Store.Calls, 1, Requests / 10);
    }

    [Fact]
    public async Task Requests_ThatWaitForABatch_HaveOtherRemainingThanTheOneThatTookIt()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), Hourly(100));
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        servers.Store.Answer = async count =>
        {
            await answer.Task;
            await count();
        };
        var all = Enumerable.Range(0, 3).Select(_ => servers.TakeAsync()).ToList();
        Assert.Equal(1, servers.Store.Calls);
        servers.Store.Mend();
        answer.SetResult();
        var decisions = await Task.WhenAll(all);
        Assert.Equal([97, 98, 99], decisions.Select(decision => decision.Statuses[0].Remaining).Order());
    }

    [Fact]
    public async Task Request_CallingTheStoreBeforeTheBatchOfAnother_HasAnotherRemaining()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold) with { HotRequests = 2 }, Hourly(100));
        var (question, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        servers.Store.Answer = async count =>
        {
            await question.Task;
            await count();
        };
        var exact = servers.TakeAsync();
        servers.Store.Answer = async count =>
        {
            await count();
            await answer.Task;
        };
        var batched = servers.TakeAsync();
        Assert.Equal(2, servers.Store.Calls);

        // The batch is counted, and its answer comes last.
        servers.Clock.Advance(TimeSpan.FromMilliseconds(1));
        question.SetResult();
        Assert.False(exact.IsCompleted);
        answer.SetResult();
        Assert.Equal(98, (await exact).Statuses[0].Remaining);
        Assert.Equal(99, (await batched).Statuses[0].Remaining);
        Assert.Equal(2, servers.First.HeldPermits);
        Assert.Equal(97, (await servers.TakeAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task LastPermits_OfTwoServers_AreNotHeldByOne()
    {
        await using var servers = BatchServers.Create(2, new(1_000, s_hold, Nodes: 1), Hourly(1_000));
        var first = 0;
        while (servers.Store.Calls < 400 && (await servers.TakeAsync()).IsAcquired)
        {
            first++;
            await servers.SettleAsync();
            Assert.InRange(servers.First.HeldPermits, 0, Math.Max(1, (1_000 - first) / 4));
        }

        Assert.Equal(1_000, first);
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(4, 8)]
    [InlineData(5, 10)]
    [InlineData(100, 200)]
    public async Task Batch_IsRequestedAsAPartOfWhatRemains(int nodes, long expected)
    {
        await using var servers = BatchServers.Create(1, new(100, s_hold, nodes) { HotRequests = 1 }, Hourly(1_000));
        await servers.TakeAsync();
        Assert.Equal((expected, s_hold), (servers.Store.LastBatch.Parts, servers.Store.LastBatch.HoldTime));
    }

    [Fact]
    public async Task Batch_OfAnUnknownCaller_HasTheInitialLimits()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), Hourly(1_000));
        var decision = new RateLimitDecision { Principal = new("user", "alice") };
        await servers.First.AcquireAsync(
            new(decision.Principal, new long[] { 1 }, new[] { double.NaN }) { InitialLimits = new double[] { 30 } }, decision);
        Assert.Equal((30, 29), (decision.Statuses[0].Limit, decision.Statuses[0].Remaining));
        Assert.Equal(2, servers.First.HeldPermits);
    }

    [Fact]
    public async Task CostAboveWhatIsHeld_IsDecidedByTheStoreWithWhatIsHeld()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), Hourly(100));
        await servers.TakeManyAsync(20);
        Assert.False((await servers.TakeAsync(permits: 81)).IsAcquired);
        var decision = await servers.TakeAsync(permits: 80);
        Assert.True(decision.IsAcquired);
        Assert.Equal(0, decision.Statuses[0].Remaining);
    }

    [Fact]
    public async Task Window_HasOneEnd_WhateverServes()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), Hourly(1_000));
        var end = servers.Clock.GetUtcNow() + TimeSpan.FromHours(1);
        for (var i = 0; i < 40; i++)
        {
            var decision = await servers.TakeAsync();
            await servers.AdvanceAsync(TimeSpan.FromMilliseconds(7));
            Assert.Equal(end, decision.Decision.StoreTime + decision.Statuses[0].UntilAll);
            Assert.Equal(TimeSpan.FromMilliseconds(7), decision.Age);
        }
    }

    private static Quota Hourly(double limit) => Quota.FixedWindow("hourly", limit, TimeSpan.FromHours(1));
}
