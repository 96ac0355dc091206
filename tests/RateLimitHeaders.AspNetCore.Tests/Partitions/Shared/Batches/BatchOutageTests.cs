using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What becomes of batches, and of callers without one, while the store does not answer or has no room for them.</summary>
public class BatchOutageTests
{
    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Store_Failing_IsUnavailableOnlyAfterTheHeldPermitsAreUsed()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), Hourly);
        await servers.TakeManyAsync(40);
        var held = servers.First.HeldPermits;
        Assert.InRange(held, 1, 50);
        servers.Store.Break();
        for (var i = 0; i < held; i++)
        {
            Assert.True((await servers.TakeAsync()).IsAcquired);
        }

        Assert.Equal(RateLimitOutcome.Unavailable, (await servers.TakeAsync()).Outcome);
    }

    [Fact]
    public async Task Store_WhenItFailsDuringARefill_LeavesNoRequestWaiting()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), Hourly);
        await servers.TakeManyAsync(40);
        await servers.AdvanceAsync(s_hold);
        servers.Store.FailCalls();
        var decisions = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => servers.TakeAsync()))).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.All(decisions, decision => Assert.Equal(RateLimitOutcome.Unavailable, decision.Outcome));

        servers.Store.Mend();
        Assert.Equal(959, (await servers.TakeAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Batch_ThatEndsInAnOutage_ComesBackAfterIt()
    {
        await using var servers = BatchServers.Create(2, BatchServers.Eager(50, s_hold), Hourly);
        await servers.TakeManyAsync(40);
        var held = servers.First.HeldPermits;
        await BreakAsync(servers);
        await servers.AdvanceAsync(2 * s_hold);
        Assert.Equal((0, 960 - held), (servers.First.HeldPermits, await RemainingAsync(servers)));
        await RecoverAsync(servers);
        Assert.Equal((960, 0), (await RemainingAsync(servers), servers.First.Callers));
    }

    [Fact]
    public async Task Batch_OfACallerThatCouldNotBeReset_ComesBackAfterTheOutage()
    {
        await using var servers = BatchServers.Create(2, BatchServers.Eager(50, s_hold), Hourly);
        await servers.TakeManyAsync(40);
        var held = servers.First.HeldPermits;
        await BreakAsync(servers);
        await Assert.ThrowsAsync<RateLimitStoreException>(servers.ResetAsync);
        Assert.Equal((0, 960 - held), (servers.First.HeldPermits, await RemainingAsync(servers)));
        await RecoverAsync(servers);
        Assert.Equal(960, await RemainingAsync(servers));
    }

    [Fact]
    public async Task Batch_ThatComesTooLate_ComesBackAfterTheOutage()
    {
        await using var servers = BatchServers.Create(2, BatchServers.Eager(50, s_hold), Hourly);
        await servers.TakeManyAsync(40);

        // The next batch is asked for before this one is used up.
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (asked, counted) = (0, 0);
        servers.Store.Answer = async count =>
        {
            Interlocked.Increment(ref asked);
            await answer.Task;
            await count();
            Interlocked.Increment(ref counted);
        };
        var used = 40;
        for (; servers.First.CallsBehind == 0; used++)
        {
            Assert.True((await servers.TakeAsync()).IsAcquired);
        }

        servers.Clock.Advance(2 * servers.Store.Options.Deadline);
        await servers.SettleAsync();
        Assert.False(servers.First.Next.IsAvailable);
        var late = Volatile.Read(ref asked);
        answer.SetResult();
        await Eventually.IsTrueAsync(() => Volatile.Read(ref counted) >= late, "The store has not counted the batch.");

        await RecoverAsync(servers);
        Assert.Equal(1_000 - used, await RemainingAsync(servers));
    }

    [Theory]
    [InlineData(1, 860)]
    [InlineData(3, 858)]
    public async Task Charge_InAnOutage_IsMadeInTheStoreAfterIt(long permits, long remaining)
    {
        await using var servers = new BatchServers(BatchServers.Eager(50, s_hold), Hourly) { ChargesAfterOutage = true };
        servers.Add();
        servers.Add();
        await servers.TakeManyAsync(39);
        var decision = await servers.TakeAsync(permits: permits);
        await servers.AdvanceAsync(s_hold);
        await BreakAsync(servers);
        await servers.AdvanceAsync(2 * s_hold);
        await decision.ChargeAsync(100);
        Assert.Equal(0, decision.Decision.LeftOut.ToArray().Sum());
        await RecoverAsync(servers);
        await Eventually.IsTrueAsync(() => servers.First.Next.Settlement?.IsCompleted is not false, "The charge comes to no end.");
        Assert.Equal(remaining, await RemainingAsync(servers));
    }

    [Fact]
    public async Task Request_ThatHasWaitedLong_CallsTheStoreItself()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(2, 60 * s_hold), Hourly);
        ConcurrentQueue<TaskCompletionSource> answers = [];
        servers.Store.Answer = async count =>
        {
            var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            answers.Enqueue(answer);
            await answer.Task;
            await count();
        };
        var first = servers.TakeAsync();
        Task<TestedDecision>[] waiting = [servers.TakeAsync(permits: 5), servers.TakeAsync(permits: 5)];
        Assert.Equal(1, servers.Store.Calls);
        servers.Clock.Advance(servers.Store.Options.Deadline * 0.6);
        Assert.True(answers.TryDequeue(out var answer));
        answer.SetResult();
        await first;

        // One of the two asks for a batch, and the other one does not wait for it, too.
        await Eventually.IsTrueAsync(() => answers.Count == 2, "They do not ask.");
        while (answers.TryDequeue(out answer))
        {
            answer.SetResult();
            await Task.WhenAny(waiting);
            servers.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.All(await Task.WhenAll(waiting), static decision => Assert.True(decision.IsAcquired));
        servers.Store.Mend();
        Assert.Equal(989, (await servers.TakeAsync(permits: 0)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Callers_AboveTheCap_AreServedExactly()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), Hourly);
        for (var i = 0; i < TestPlan.MaxPartitions + 100; i++)
        {
            Assert.True((await servers.TakeEachAsync([1], id: $"user-{i}")).IsAcquired);
        }

        Assert.Equal(TestPlan.MaxPartitions, servers.First.Callers);
        await servers.AdvanceAsync(3 * s_hold);
        Assert.Equal(0, servers.First.Callers);
    }

    [Theory]
    [InlineData(256, 1)]
    [InlineData(257, 0)]
    public async Task Caller_WithALongId_IsServedExactly(int length, int callers)
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), Hourly);
        Assert.True((await servers.TakeEachAsync([1], id: new string('a', length))).IsAcquired);
        Assert.Equal(callers, servers.First.Callers);
    }

    private static async Task BreakAsync(BatchServers servers)
    {
        servers.Store.Break();
        Assert.False(await servers.First.Next.Guard.CheckAsync());
        Assert.False(servers.First.Next.IsAvailable);
    }

    private static async Task RecoverAsync(BatchServers servers)
    {
        servers.Store.Mend();
        await Eventually.IsTrueAsync(
            () => servers.First.Next.IsAvailable, "The outage does not end.", servers.Clock, TimeSpan.FromMilliseconds(10));
        await servers.AdvanceAsync(s_hold);
        await servers.AdvanceAsync(2 * s_hold);
    }

    /// <summary>Gets what the store says that is left, which another server asks.</summary>
    private static async Task<long> RemainingAsync(BatchServers servers) => (await servers.PeekAsync(server: 1)).Statuses[0].Remaining;

    private static Quota Hourly => Quota.FixedWindow("hourly", 1_000, TimeSpan.FromHours(1));
}
