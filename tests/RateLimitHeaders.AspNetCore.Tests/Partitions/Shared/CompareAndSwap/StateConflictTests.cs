using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Several servers, or several requests of one, that change one caller's state at the same moment.</summary>
public class StateConflictTests
{
    private static Quota Hourly(double limit) => Quota.FixedWindow("hourly", limit, TimeSpan.FromHours(1));

    [Fact]
    public async Task Acquisition_WhenAnotherServerSavedFirst_IsMadeOnThatState()
    {
        using var one = new StateServer(Hourly(10));
        using var other = one.Share(quotas: Hourly(10));
        Interrupt(one.Store, () => other.Alice.TakeAsync(3));
        var decision = await one.Alice.TakeAsync(2);
        Assert.Equal(5, decision.Statuses[0].Remaining);
        Assert.Equal((2, 1), (one.Store.Loads, one.Store.Saves));
    }

    [Fact]
    public async Task Acquisition_WhenAnotherServerTookTheLastPermits_IsRejected()
    {
        using var one = new StateServer(Hourly(10));
        using var other = one.Share(quotas: Hourly(10));
        Interrupt(one.Store, () => other.Alice.TakeAsync(9));
        var decision = await one.Alice.TakeAsync(2);
        Assert.Equal((false, 1), (decision.IsAcquired, decision.Statuses[0].Remaining));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Adjustment_WhenAnotherServerSavedFirst_IsCountedOnce(int algorithm)
    {
        Quota[] quotas = [Hourly(100), Quota.SlidingWindow("hourly", 100, TimeSpan.FromHours(1)), Quota.TokenBucket("hourly", 100, TimeSpan.FromHours(1))];
        using var one = new StateServer(quotas[algorithm]);
        using var other = one.Share(quotas: quotas[algorithm]);
        var decision = await one.Alice.TakeAsync(10);
        Interrupt(one.Store, () => other.Alice.TakeAsync(5));
        await decision.ChargeAsync(20);
        Assert.Equal(65, decision.Statuses[0].Remaining);
        Interrupt(one.Store, () => other.Alice.TakeAsync(5));
        await decision.RefundAsync(4);
        Assert.Equal(64, decision.Statuses[0].Remaining);

        // All that the request took may come back, and no more.
        await decision.RefundAsync(100);
        Assert.Equal(90, decision.Statuses[0].Remaining);
    }

    [Fact]
    public async Task Requests_OfOneServerWhileOneIsUnderWay_ShareALoadAndASave()
    {
        using var server = new StateServer(Hourly(100));
        var first = new TaskCompletionSource();
        server.Store.BeforeSave = (_, _) => server.Store.Saves == 0 ? new(first.Task) : default;
        var decisions = Enumerable.Range(0, 150).Select(_ => server.Alice.TakeAsync()).ToList();
        first.SetResult();
        var all = await Task.WhenAll(decisions);
        Assert.Equal((2, 2), (server.Store.Loads, server.Store.Saves));
        Assert.Equal(
            Enumerable.Range(0, 100).Select(left => (long)left),
            all.Where(decision => decision.IsAcquired).Select(decision => decision.Statuses[0].Remaining).Order());
    }

    [Fact]
    public async Task Requests_ThatAreRejectedOrTakeNothing_SaveNothing()
    {
        using var server = new StateServer(Hourly(2));
        await server.Alice.TakeAsync(0);
        Assert.Empty(server.Store.States);
        await server.Alice.TakeAsync(3);
        await server.Alice.PeekAsync();
        Assert.Empty(server.Store.States);
        await server.Alice.TakeAsync(2);
        await server.Alice.TakeAsync(1);
        await server.Alice.PeekAsync();
        Assert.Equal(1, server.Store.Saves);
    }

    [Fact]
    public async Task Requests_ThatTakeNothing_LeaveTheirLimitsToNoOther()
    {
        using var server = new StateServer(Hourly(2));
        var first = new TaskCompletionSource();
        server.Store.BeforeSave = (_, _) => server.Store.Saves == 0 ? new(first.Task) : default;
        var running = server.Alice.TakeAsync(0, limit: 50);
        var next = server.Alice.TakeAsync(1, limit: double.NaN);
        first.SetResult();
        Assert.Equal(50, (await running).Statuses[0].Limit);
        Assert.Equal(2, (await next).Statuses[0].Limit);
    }

    [Fact]
    public async Task Conflicts_WithoutEnd_AreAFaultOfTheCallBeforeTheDeadline()
    {
        using var one = new StateServer(Hourly(1_000));
        using var other = one.Share(quotas: Hourly(1_000));
        one.Store.BeforeSave = async (_, _) =>
        {
            await other.Alice.TakeAsync();
            one.Clock.Advance(TimeSpan.FromMilliseconds(10));
        };
        var asked = one.Alice.TakeAsync();
        await EndPausesAsync(one, asked);
        var exception = await Assert.ThrowsAsync<RateLimitStoreException>(() => asked);
        Assert.Equal(StoreFailureKind.Call, exception.Kind);
        Assert.InRange((one.Clock.GetUtcNow() - ManualTimeProvider.Start).TotalMilliseconds, 75, 99);
    }

    [Fact]
    public async Task Request_WhoseDeadlinePassedBeforeItsTurn_IsNotCounted()
    {
        using var server = new StateServer(Hourly(100));
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Store.BeforeSave = (_, _) => server.Store.Saves == 0 ? new(first.Task) : default;
        server.Store.BeforeLoad = (_, _) => server.Store.Loads == 1 ? new(second.Task) : default;
        var slow = server.Alice.TakeAsync(10);
        var late = server.Alice.TakeAsync(20);
        server.Clock.Advance(server.Store.Options.Deadline - new TimeSpan(1));
        first.SetResult();
        await slow;
        server.Clock.Advance(new TimeSpan(1));
        second.SetResult();
        var exception = await Assert.ThrowsAsync<RateLimitStoreException>(() => late);
        Assert.Equal(StoreFailureKind.Deadline, exception.Kind);
        Assert.Equal(90, (await server.Alice.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Store_ThatDoesNotAnswer_IsCanceledAtTheDeadline()
    {
        using var server = new StateServer(Hourly(100));
        server.Store.BeforeSave = static (_, token) => new(Task.Delay(Timeout.Infinite, token));
        var asked = server.Alice.TakeAsync();
        server.Clock.Advance(server.Store.Options.Deadline);
        var exception = await Assert.ThrowsAsync<RateLimitStoreException>(() => asked);
        Assert.Equal(StoreFailureKind.Deadline, exception.Kind);
        server.Store.BeforeSave = static (_, _) => default;
        Assert.Equal(99, (await server.Alice.TakeAsync()).Statuses[0].Remaining);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Store_ThatIgnoresCancellation_DelaysNoLaterRequestOfTheCaller(bool isSave)
    {
        using var server = new StateServer(Hourly(100));
        var gate = new TaskCompletionSource();
        Func<string, CancellationToken, ValueTask> wait = (_, _) => new(gate.Task);
        (server.Store.BeforeLoad, server.Store.BeforeSave) = isSave ? (server.Store.BeforeLoad, wait) : (wait, server.Store.BeforeSave);
        var asked = server.Alice.TakeAsync(10);
        server.Clock.Advance(server.Store.Options.Deadline);
        var exception = await Assert.ThrowsAsync<RateLimitStoreException>(() => asked.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(StoreFailureKind.Deadline, exception.Kind);

        server.Store.BeforeLoad = server.Store.BeforeSave = static (_, _) => default;
        Assert.Equal(99, (await server.Alice.TakeAsync().WaitAsync(TimeSpan.FromSeconds(20))).Statuses[0].Remaining);

        // What comes at last changes nothing.
        await Task.Run(gate.SetResult);
        Assert.Equal(99, (await server.Alice.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Failure_OfAStore_IsThrownToEachRequestThatWaits()
    {
        using var server = new StateServer(Hourly(100));
        var first = new TaskCompletionSource();
        server.Store.BeforeSave = async (_, _) =>
        {
            await first.Task;
            throw new RateLimitStoreException(StoreFailureKind.Server, "full");
        };
        var asked = Enumerable.Range(0, 3).Select(_ => server.Alice.TakeAsync()).ToList();
        first.SetResult();
        foreach (var request in asked)
        {
            Assert.Equal("full", (await Assert.ThrowsAsync<RateLimitStoreException>(() => request)).Message);
        }

        Assert.Empty(server.Store.States);
    }

    [Fact]
    public async Task Requests_OfTwoPlansWithOneKey_AreEachCountedByTheLayoutOfTheirOwnPlan()
    {
        var bucket = Quota.TokenBucket("bucket", 100, TimeSpan.FromHours(1));
        using var before = new StateServer(Hourly(10));
        using var after = new StateServer(before.Store, before.Clock, bucket, Hourly(10));
        var first = new TaskCompletionSource();
        before.Store.BeforeSave = (_, _) => before.Store.Saves == 0 ? new(first.Task) : default;
        var running = before.Alice.TakeAsync(3);
        var ofNewPlan = after.Alice.TakeEachAsync([20, 2]);
        var ofOldPlan = before.Alice.TakeAsync(1);
        first.SetResult();
        Assert.All(await Task.WhenAll(running, ofNewPlan, ofOldPlan), decision => Assert.True(decision.IsAcquired));
        Assert.Equal([80L, 4L], (await after.Alice.PeekAsync()).Statuses.ToArray().Select(status => status.Remaining));
        Assert.Equal([4L], (await before.Alice.PeekAsync()).Statuses.ToArray().Select(status => status.Remaining));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PeeksChecksAndBans_OfAStoreThatDoesNotAnswer_FailAtTheDeadline(bool heedsIt)
    {
        using var server = new StateServer(Hourly(100));
        var alice = new RateLimitPrincipal("user", "alice");
        server.Store.BeforeLoad = (_, token) => new(Task.Delay(Timeout.Infinite, heedsIt ? token : CancellationToken.None));
        Func<ValueTask>[] calls =
        [
            () => server.Partitions.PeekAsync(new(alice, default, new RateLimitDecision()), CancellationToken.None),
            () => server.Partitions.CheckAsync(alice, CancellationToken.None),
            async () => await server.Partitions.ReadBansAsync(0),
            () => server.Partitions.BanAsync("alice", TimeSpan.FromHours(1)),
            async () => await server.Partitions.AddRejectionsAsync("alice", 1, TimeSpan.FromHours(1)),
        ];
        foreach (var call in calls)
        {
            var asked = call().AsTask();
            server.Clock.Advance(server.Store.Options.Deadline);
            var exception = await Assert.ThrowsAsync<RateLimitStoreException>(() => asked.WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.Equal((StoreFailureKind.Deadline, "there was no answer within 100 ms"), (exception.Kind, exception.Message));
        }
    }

    [Fact]
    public async Task Peek_ThatIsCancelledBeforeTheDeadline_ThrowsTheCallersCancellation()
    {
        using var server = new StateServer(Hourly(100));
        using var hangUp = new CancellationTokenSource();
        server.Store.BeforeLoad = static (_, token) => new(Task.Delay(Timeout.Infinite, token));
        var asked = server.Partitions.PeekAsync(
            new(new RateLimitPrincipal("user", "alice"), default, new RateLimitDecision()), hangUp.Token).AsTask();
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Conflicts_OfABanWithoutEnd_PauseAndAreAFaultOfTheCallBeforeTheDeadline()
    {
        using var server = new StateServer(Hourly(100));
        using var other = server.Share(quotas: Hourly(100));
        var name = 0;
        server.Store.BeforeSave = async (_, _) =>
        {
            await other.Partitions.BanAsync($"{name++:0000000000000000000000}", TimeSpan.FromHours(1));
            server.Clock.Advance(TimeSpan.FromMilliseconds(10));
        };
        var asked = server.Partitions.BanAsync("the-name-of-one-caller", TimeSpan.FromHours(1)).AsTask();
        await EndPausesAsync(server, asked);
        var exception = await Assert.ThrowsAsync<RateLimitStoreException>(() => asked);
        Assert.Equal(StoreFailureKind.Call, exception.Kind);
        Assert.Matches("^other servers have saved the state first, [0-9]+ times in a row\\.$", exception.Message);
        Assert.InRange((server.Clock.GetUtcNow() - ManualTimeProvider.Start).TotalMilliseconds, 75, 99);
    }

    [Fact]
    public async Task ManyServers_OnOneState_AdmitTheLimitAndSeeDifferentNumbers()
    {
        const int Limit = 500;
        var states = new ConcurrentDictionary<string, StoredState>();
        var servers = Enumerable.Range(0, 4).Select(_ =>
        {
            var store = new DictionaryStore(states, new() { Deadline = TimeSpan.FromMinutes(1) })
            {
                // Between the load and the save, another server's thread.
                BeforeSave = static async (_, _) => await Task.Yield(),
            };
            return store.CreatePartitions(TestPlan.Create(TimeProvider.System, "api", Hourly(Limit)));
        }).ToList();
        var caller = new RateLimitPrincipal("user", "alice");
        var decisions = await Task.WhenAll(servers.SelectMany(server => Enumerable.Range(0, 200).Select(_ => Task.Run(async () =>
        {
            var decision = new RateLimitDecision { Principal = caller };
            await server.AcquireAsync(new AcquireArguments(caller, new long[] { 1 }, default), decision);
            return decision;
        }))));
        Assert.Equal(
            Enumerable.Range(0, Limit).Select(left => (long)left),
            decisions.Where(decision => decision.IsAcquired).Select(decision => decision.Statuses[0].Remaining).Order());
        servers.ForEach(server => server.Dispose());
    }

    /// <summary>Lets the pauses between attempts pass, and no other time. Their timers are the ones that run before any deadline.</summary>
    private static async Task EndPausesAsync(StateServer server, Task asked)
    {
        var deadline = ManualTimeProvider.Start + server.Store.Options.Deadline;
        for (var attempt = 0; !asked.IsCompleted; attempt++)
        {
            Assert.True(attempt < 20_000, "The attempts come to no end.");
            await Task.Delay(1);
            if (server.Clock.NextTimer is { } end && end < deadline)
            {
                server.Clock.Advance(end - server.Clock.GetUtcNow());
            }
        }
    }

    /// <summary>Has something happen once between the next load and its save.</summary>
    private static void Interrupt(DictionaryStore store, Func<Task> action)
    {
        var isDone = false;
        store.BeforeSave = async (_, _) =>
        {
            if (!isDone)
            {
                isDone = true;
                await action();
            }
        };
    }
}
