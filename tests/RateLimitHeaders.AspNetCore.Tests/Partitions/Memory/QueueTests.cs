using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;
using static RateLimitHeaders.AspNetCore.Tests.QuotaTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class QueueTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task OldestFirst_LeasesComeBack_ServesInOrderOfArrival()
    {
        var limiter = Limiter(permits: 1, queue: 2, QueueProcessingOrder.OldestFirst);
        var held = limiter.Take();
        var (first, second) = (limiter.Wait(), limiter.Wait());
        held.Dispose();
        var served = await first;
        Assert.True(served.IsAcquired);
        AssertStatus(served, 1, 0, null, null);
        AssertQueued(1, limiter);
        served.Dispose();
        Assert.True((await second).IsAcquired);
    }

    [Fact]
    public async Task NewestFirst_LeasesComeBack_ServesTheLatest()
    {
        var limiter = Limiter(permits: 1, queue: 2, QueueProcessingOrder.NewestFirst);
        var held = limiter.Take();
        var (first, second) = (limiter.Wait(), limiter.Wait());
        held.Dispose();
        var served = await second;
        Assert.True(served.IsAcquired);
        AssertQueued(1, limiter);
        served.Dispose();
        Assert.True((await first).IsAcquired);
    }

    [Theory]
    [InlineData(QueueProcessingOrder.OldestFirst)]
    [InlineData(QueueProcessingOrder.NewestFirst)]
    public async Task Limit_ThatIsHigherForTheNextRequest_ServesThoseThatWaitBeforeIt(QueueProcessingOrder order)
    {
        using var policy = new PolicyUnderTest(maxPartitions: 1, Quota.Concurrency("slots", 1, queueLimit: 5, order));
        var running = await AcquireAsync(policy, slots: 1);
        var waiting = AcquireAsync(policy, slots: 1);
        Assert.False(waiting.IsCompleted);

        var next = await AcquireAsync(policy, slots: 3);

        Assert.Equal((true, 0), (running.IsAcquired, running.Statuses[0].Remaining));
        Assert.Equal((true, 1), ((await waiting).IsAcquired, (await waiting).Statuses[0].Remaining));
        Assert.Equal((true, 0), (next.IsAcquired, next.Statuses[0].Remaining));
    }

    [Fact]
    public async Task OldestFirst_QueueIsFull_RejectsTheNewcomer()
    {
        var limiter = Limiter(permits: 2, queue: 2, QueueProcessingOrder.OldestFirst);
        limiter.Take(2);
        _ = limiter.Wait(2);
        var rejected = await limiter.Wait();
        Assert.Equal((false, Seconds(1)), (rejected.IsAcquired, rejected.RetryAfter));
        Assert.True(rejected.Statuses[0].IsViolated);
        AssertQueued(2, limiter);
    }

    [Fact]
    public async Task NewestFirst_QueueIsFull_RejectsTheOldest()
    {
        var limiter = Limiter(permits: 2, queue: 2, QueueProcessingOrder.NewestFirst);
        limiter.Take(2);
        var (oldest, middle) = (limiter.Wait(), limiter.Wait());
        _ = limiter.Wait(2);
        Assert.False((await oldest).IsAcquired);
        Assert.False((await middle).IsAcquired);
        AssertQueued(2, limiter);
        Assert.Equal(2, limiter.GetStatistics()!.TotalFailedLeases);
    }

    [Theory]
    [InlineData(QueueProcessingOrder.OldestFirst)]
    [InlineData(QueueProcessingOrder.NewestFirst)]
    public async Task Acquisition_MoreThanTheQueueHolds_IsRejectedAtOnce(QueueProcessingOrder order)
    {
        var limiter = Limiter(permits: 3, queue: 2, order);
        limiter.Take();
        var waiting = limiter.Wait(3);
        Assert.False((await waiting).IsAcquired);
        AssertQueued(0, limiter);
    }

    [Fact]
    public void OldestFirst_AttemptWhileOthersWait_DoesNotOvertake()
    {
        // One slot is free, but the request that waits for two comes first.
        var limiter = Limiter(permits: 2, queue: 2, QueueProcessingOrder.OldestFirst);
        limiter.Take();
        _ = limiter.Wait(2);
        var rejected = limiter.Take();
        Assert.Equal((false, Seconds(1)), (rejected.IsAcquired, rejected.RetryAfter));
        AssertStatus(rejected, 2, 1, null, null);
        AssertQueued(2, limiter);
    }

    [Fact]
    public async Task Wait_ForAnyPermit_TakesNoRoomInTheQueue()
    {
        // As with STRL's limiters: 0 permits wait until there is one, and the queue has room for as many permits as before.
        var limiter = Limiter(permits: 1, queue: 1, QueueProcessingOrder.OldestFirst);
        var held = limiter.Take();
        var waiting = new[] { limiter.Wait(0), limiter.Wait(0), limiter.Wait(1) };
        AssertQueued(1, limiter);
        Assert.False((await limiter.Wait(1)).IsAcquired);
        held.Dispose();
        foreach (var request in waiting)
        {
            Assert.True((await request).IsAcquired);
        }

        AssertQueued(0, limiter);
        Assert.Equal(0, limiter.GetStatistics()!.CurrentAvailablePermits);
    }

    [Fact]
    public void NewestFirst_AttemptWhileOthersWait_Overtakes()
    {
        var limiter = Limiter(permits: 2, queue: 2, QueueProcessingOrder.NewestFirst);
        limiter.Take();
        _ = limiter.Wait(2);
        Assert.True(limiter.Take().IsAcquired);
        AssertQueued(2, limiter);
    }

    [Fact]
    public async Task Cancellation_OfAWaiter_FreesItsPlaceAndServesThoseBehind()
    {
        var limiter = Limiter(permits: 2, queue: 3, QueueProcessingOrder.OldestFirst);
        limiter.Take();
        using var cancellation = new CancellationTokenSource();
        var greedy = limiter.Wait(2, cancellation.Token);
        var behind = limiter.Wait();
        AssertQueued(3, limiter);

        await cancellation.CancelAsync();
        var cancelled = await Assert.ThrowsAsync<TaskCanceledException>(() => greedy);
        Assert.Equal(cancellation.Token, cancelled.CancellationToken);
        Assert.True((await behind).IsAcquired);
        var statistics = limiter.GetStatistics()!;
        Assert.Equal(
            (0, 0, 2, 0),
            (statistics.CurrentQueuedCount, statistics.CurrentAvailablePermits, statistics.TotalSuccessfulLeases, statistics.TotalFailedLeases));
    }

    [Fact]
    public async Task Cancellation_AfterItWasServed_ChangesNothing()
    {
        var limiter = Limiter(permits: 1, queue: 1, QueueProcessingOrder.OldestFirst);
        var held = limiter.Take();
        using var cancellation = new CancellationTokenSource();
        var waiting = limiter.Wait(1, cancellation.Token);
        held.Dispose();
        await cancellation.CancelAsync();
        using (var lease = await waiting)
        {
            Assert.True(lease.IsAcquired);
            Assert.Equal(0, limiter.GetStatistics()!.CurrentAvailablePermits);
        }

        Assert.Equal(1, limiter.GetStatistics()!.CurrentAvailablePermits);
    }

    [Fact]
    public async Task Cancellation_ThatNeverComes_KeepsNoServedRequestAlive()
    {
        // A token may live as long as the application does.
        using var cancellation = new CancellationTokenSource();
        var limiter = Limiter(permits: 1, queue: 1, QueueProcessingOrder.OldestFirst);
        var served = ServeOneThatWaited(limiter, cancellation.Token);

        // The thread that went on with the request may still have it on its stack.
        await Eventually.IsTrueAsync(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return !served.IsAlive;
            },
            "The request is still there.");
        GC.KeepAlive(limiter);
    }

    [Fact]
    public async Task Acquisition_CancelledBefore_TakesNoOthersPlaceInTheQueue()
    {
        var partition = TestedPartition.Standard(_clock, Quota.Concurrency("at once", 1, queueLimit: 1, QueueProcessingOrder.NewestFirst));
        var held = partition.Take();
        var waiting = partition.Wait();

        // As a request comes whose cancellation was not looked at before.
        await Assert.ThrowsAsync<TaskCanceledException>(() => partition.Wait(1, new CancellationToken(canceled: true)));
        Assert.Equal(1, partition.Partition.QueuedPermits);
        held.Dispose();
        Assert.True((await waiting).IsAcquired);
    }

    [Fact]
    public async Task Acquisition_CancelledBefore_ThrowsAndTakesNothing()
    {
        var limiter = Limiter(permits: 1, queue: 1, QueueProcessingOrder.OldestFirst);
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAsync<TaskCanceledException>(() => limiter.Wait(1, cancelled));
        Assert.Equal(1, limiter.GetStatistics()!.CurrentAvailablePermits);
    }

    [Fact]
    public async Task WaiterWithAWindowQuotaToo_WindowUsedUpMeanwhile_IsRejected()
    {
        var limiter = WithWindowOfThree(QueueProcessingOrder.OldestFirst);
        var held = limiter.Take(2);
        var waiting = limiter.Wait();
        held.Charge(1);
        _clock.Advance(Seconds(20));
        held.Dispose();

        var rejected = await waiting;
        Assert.Equal((false, Seconds(40)), (rejected.IsAcquired, rejected.RetryAfter));
        Assert.Equal([false, true], rejected.Statuses.ToArray().Select(status => status.IsViolated));
        Assert.Equal([2, 0], rejected.Statuses.ToArray().Select(status => status.Remaining));
    }

    [Fact]
    public async Task WaiterWithAWindowQuotaToo_IsChargedWhenServedAndNotBefore()
    {
        var limiter = WithWindowOfThree(QueueProcessingOrder.OldestFirst);
        var held = limiter.Take(2);
        var waiting = limiter.Wait();
        Assert.Equal(1, limiter.Peek().Statuses[1].Remaining);
        _clock.Advance(Seconds(20));
        held.Dispose();
        var lease = await waiting;
        Assert.Equal((true, null), (lease.IsAcquired, lease.RetryAfter));
        AssertStatus(lease, 2, 1, null, null);
        AssertStatus(lease, 3, 0, Seconds(40), Seconds(40), quota: 1);
    }

    [Fact]
    public async Task WindowIsUsedUp_NoneWaits_NewcomerIsRejectedAtOnce()
    {
        var limiter = WithWindowOfThree(QueueProcessingOrder.OldestFirst);
        limiter.Take(2).Charge(1);
        await AssertRejectedForTheWindow(limiter);
    }

    [Fact]
    public async Task WindowIsUsedUp_OthersWait_NewcomerIsRejectedAtOnceToo()
    {
        var limiter = WithWindowOfThree(QueueProcessingOrder.OldestFirst);
        var held = limiter.Take(2);
        _ = limiter.Wait();
        held.Charge(1);
        await AssertRejectedForTheWindow(limiter);
        AssertQueued(1, limiter);
    }

    [Fact]
    public async Task Dispose_WithWaiters_GivesThemARejectedLease()
    {
        var limiter = Limiter(permits: 1, queue: 2, QueueProcessingOrder.OldestFirst);
        var held = limiter.Take();
        var (first, second) = (limiter.Wait(), limiter.Wait());
        limiter.Dispose();
        Assert.False((await first).IsAcquired);
        Assert.False((await second).IsAcquired);
        held.Dispose();
    }

    // Not inlined, so that what is on the stack here keeps nothing alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference ServeOneThatWaited(QuotaRateLimiter limiter, CancellationToken cancellationToken)
    {
        var held = limiter.Take();
        var waiting = limiter.Wait(1, cancellationToken);
        held.Dispose();
        var served = waiting.GetAwaiter().GetResult();
        served.Dispose();
        return new WeakReference(served);
    }

    // Asked of the limiter rather than of the tasks, which continue elsewhere and later.
    private static async Task<RateLimitDecision> AcquireAsync(PolicyUnderTest policy, double slots)
    {
        var decision = new RateLimitDecision { Principal = new RateLimitPrincipal(TokenTypes.User, "ada") };
        long[] costs = [1];
        double[] limits = [slots];
        await policy.Partitions.AcquireAsync(new(decision.Principal, costs, limits), decision);
        return decision;
    }

    private static void AssertQueued(long permits, QuotaRateLimiter limiter) =>
        Assert.Equal(permits, limiter.GetStatistics()!.CurrentQueuedCount);

    private static async Task AssertRejectedForTheWindow(QuotaRateLimiter limiter)
    {
        var acquisition = limiter.Wait();
        Assert.True(acquisition.IsCompleted);
        var rejected = await acquisition;
        Assert.Equal((false, Seconds(60)), (rejected.IsAcquired, rejected.RetryAfter));
        Assert.Equal([true, true], rejected.Statuses.ToArray().Select(status => status.IsViolated));
    }

    private QuotaRateLimiter Limiter(int permits, int queue, QueueProcessingOrder order) =>
        QuotaRateLimiter.Create(_clock, Quota.Concurrency("at once", permits, queue, order));

    private QuotaRateLimiter WithWindowOfThree(QueueProcessingOrder order) => QuotaRateLimiter.Create(
        _clock, Quota.Concurrency("at once", 2, queueLimit: 5, order), Quota.FixedWindow("default", 3, Seconds(60)));
}
