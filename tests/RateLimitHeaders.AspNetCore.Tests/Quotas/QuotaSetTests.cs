using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What several quotas make of one decision, where the first and the last of them differ.</summary>
public class QuotaSetTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void LongestWait_IsTheQuotasThatBringsPermitsBackLast_AndNoneOfAGrant()
    {
        var limiter = Create(Quota.FixedWindow("short", 1, Seconds(1)), Quota.FixedWindow("long", 1, Seconds(60)), Quota.FixedWindow("unused", 9, Seconds(90)));
        Assert.Equal(-1, limiter.Take().Decision.LongestWait);
        Assert.Equal(1, limiter.Take().Decision.LongestWait);
    }

    [Fact]
    public void Violated_AreAllThatLackPermits_InAnyOrder()
    {
        var limiter = Create(Quota.FixedWindow("long", 1, Seconds(60)), Quota.FixedWindow("short", 1, Seconds(1)), Quota.FixedWindow("enough", 2, Seconds(90)));
        limiter.Take();
        Assert.Equal([true, true, false], limiter.Take().Statuses.ToArray().Select(status => status.IsViolated));
    }

    [Fact]
    public async Task FullQueue_NewestFirst_RejectsTheRequestThatWaitsLongest()
    {
        var limiter = Create(Quota.Concurrency("a", 1, queueLimit: 2, QueueProcessingOrder.NewestFirst));
        var held = limiter.Take();
        var waiting = new[] { limiter.Wait(), limiter.Wait(), limiter.Wait() };
        Assert.False((await waiting[0]).IsAcquired);
        Assert.False(waiting[1].IsCompleted || waiting[2].IsCompleted);
        held.Dispose();
        (await waiting[2]).Dispose();
        Assert.True((await waiting[1]).IsAcquired);
    }

    [Fact]
    public void Refund_SeveralQuotas_GivesBackToEach()
    {
        var limiter = Create(Quota.FixedWindow("a", 10, Seconds(60)), Quota.TokenBucket("b", 10, Seconds(10)), Quota.SlidingWindow("c", 10, Seconds(60)));
        var lease = limiter.Take(4);
        lease.Refund(3);
        Assert.Equal([9, 9, 9], lease.Statuses.ToArray().Select(status => status.Remaining));
    }

    [Fact]
    public void Statistics_SeveralQuotas_HaveTheLowestRemaining()
    {
        Assert.Equal(2, Create(OfPermits("a", 2), OfPermits("b", 5)).GetStatistics()!.CurrentAvailablePermits);
        Assert.Equal(2, Create(OfPermits("a", 5), OfPermits("b", 2)).GetStatistics()!.CurrentAvailablePermits);
    }

    [Fact]
    public void MorePermitsThanOneOfTheQuotasHas_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Create(OfPermits("a", 2), OfPermits("b", 5)).Take(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Create(OfPermits("a", 5), OfPermits("b", 2)).Take(3));
    }

    [Fact]
    public void PermitsOfALimitThatWasRaised_CanBeTaken()
    {
        var limiter = Create(OfPermits("a", 5));
        limiter.SetLimit("a", 9);
        Assert.True(limiter.Take(7).IsAcquired);
    }

    [Fact]
    public void Retire_SeveralQuotas_WaitsForTheLastToBeFull()
    {
        foreach (var (first, second) in new[] { (Seconds(60), Seconds(1)), (Seconds(1), Seconds(60)) })
        {
            var partition = TestedPartition.Standard(_clock, Quota.FixedWindow("a", 2, first), Quota.FixedWindow("b", 2, second));
            partition.Take();
            _clock.Advance(Seconds(59));
            Assert.False(partition.TryRetire());
            _clock.Advance(Seconds(1));
            Assert.True(partition.TryRetire());
        }
    }

    [Fact]
    public void TakenAt_AfterChargeRefundAndRefresh_IsTheMomentOfTheStatuses()
    {
        var lease = Create(OfPermits("a", 9)).Take();
        var taken = lease.Decision.TakenAt;
        foreach (var act in new Action[] { () => lease.Charge(1), () => lease.Refund(1), () => lease.Charge(0) })
        {
            _clock.Advance(Seconds(1));
            act();
            Assert.Equal(TimeSpan.TicksPerSecond, lease.Decision.TakenAt - taken);
            taken = lease.Decision.TakenAt;
        }
    }

    [Fact]
    public void Peek_AfterARejection_HasNoViolation()
    {
        foreach (var quotas in new Quota[][] { [OfPermits("a", 1)], [OfPermits("a", 1), OfPermits("b", 1)] })
        {
            var partition = Partition(quotas);
            var decision = new RateLimitDecision();
            var costs = quotas.Select(_ => 1L).ToArray();
            Assert.True(partition.TryAcquire(costs, [], decision, partition.Quotas!));
            Assert.True(partition.TryAcquire(costs, [], decision, partition.Quotas!));
            Assert.True(decision.Statuses[0].IsViolated);
            Assert.True(partition.TryPeek([], decision, partition.Quotas!));
            Assert.Equal(
                (true, false, -1, null),
                (decision.IsAcquired, decision.Statuses[0].IsViolated, decision.LongestWait, decision.RetryAfter));
        }
    }

    [Fact]
    public void Refresh_OfAGrantAfterARejectionBySeveralQuotas_HasNoViolation()
    {
        // The middleware uses a decision again, for whatever plan the next request has.
        var decision = new RateLimitDecision();
        var partition = Partition(OfPermits("a", 1), OfPermits("b", 5));
        Assert.True(partition.TryAcquire([2, 2], [], decision, partition.Quotas!));
        Assert.True(decision.Statuses[0].IsViolated);
        partition = Partition(OfPermits("a", 1));
        Assert.True(partition.TryAcquire([1], [], decision, partition.Quotas!));
        Assert.True(partition.TryAdjust([0], decision, partition.Quotas!));
        Assert.False(decision.Statuses[0].IsViolated);
    }

    [Fact]
    public void CostZero_OfSeveralQuotas_IsRejectedWhereOneHasNothingLeft()
    {
        var limiter = Create(OfPermits("a", 5), OfPermits("b", 1));
        Assert.True(limiter.Take(0).IsAcquired);
        limiter.Take();
        Assert.False(limiter.Take(0).IsAcquired);
    }

    [Fact]
    public void CostZero_OfSeveralQuotas_OpensNoWindow()
    {
        var limiter = Create(Quota.FixedWindow("a", 5, Seconds(60)), Quota.FixedWindow("b", 5, Seconds(90)));
        Assert.All(limiter.Take(0).Statuses.ToArray(), status => Assert.Equal(TimeSpan.Zero, status.UntilAll));
    }

    [Fact]
    public async Task Newcomer_BehindOneThatWaits_WaitsThoughAnotherQuotaIsCounted()
    {
        var limiter = Create(OfPermits("a", 9), Quota.Concurrency("b", 1, queueLimit: 2));
        var held = limiter.Take();
        var first = limiter.Wait();
        var second = limiter.Wait();
        Assert.False(first.IsCompleted || second.IsCompleted);
        held.Dispose();
        (await first).Dispose();
        Assert.True((await second).IsAcquired);
    }

    [Fact]
    public void Concurrency_LimitLoweredBelowTheCost_IsRejectedWithoutRetryAfter()
    {
        var limiter = Create(Quota.Concurrency("a", 5));
        limiter.SetLimit("a", 2);
        var rejected = limiter.Take(3);
        Assert.Equal((false, null), (rejected.IsAcquired, rejected.RetryAfter));
    }

    [Fact]
    public void Concurrency_CanceledBeforeTheCall_DoesNotWait()
    {
        var partition = TestedPartition.Standard(_clock, Quota.Concurrency("a", 1, queueLimit: 1));
        partition.Take();
        var asked = partition.Wait(cancellationToken: new CancellationToken(canceled: true));
        Assert.True(asked.IsCanceled);
        Assert.Equal(0, partition.Partition.QueuedPermits);
    }

    [Fact]
    public async Task Waiter_CancelledWhileItIsServed_IsServed()
    {
        var partition = TestedPartition.Standard(_clock, Quota.Concurrency("a", 1, queueLimit: 1));
        var held = partition.Take();

        // What a cancellation runs is compiled, so that the thread waits for nothing but the lock.
        using var before = new CancellationTokenSource();
        var cancelled = partition.Wait(cancellationToken: before.Token);
        Assert.Null(Record.Exception(before.Cancel));
        await Assert.ThrowsAsync<TaskCanceledException>(() => cancelled);

        using var abort = new CancellationTokenSource();
        var waiting = partition.Wait(cancellationToken: abort.Token);
        Exception? failure = null;
        var cancelling = new Thread(() => failure = Record.Exception(abort.Cancel));
        lock (partition.Partition)
        {
            // The cancellation waits for the lock, and finds that the slot has been given meanwhile.
            cancelling.Start();
            Assert.True(SpinWait.SpinUntil(() => cancelling.ThreadState.HasFlag(ThreadState.WaitSleepJoin), Seconds(20)));
            held.Dispose();
        }

        cancelling.Join();
        Assert.Null(failure);
        Assert.True((await waiting).IsAcquired);
        Assert.False(partition.Take().IsAcquired);
    }

    private static Quota OfPermits(string name, int permits) => Quota.FixedWindow(name, permits, Seconds(60));

    private QuotaRateLimiter Create(params Quota[] quotas) => QuotaRateLimiter.Create(_clock, quotas);

    private MemoryPartition Partition(params Quota[] quotas)
    {
        var partition = PartitionTable.Create(new QuotaSet(_clock, quotas), isSpaced: false);
        partition.Start([], origin: null);
        return partition;
    }
}
