namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>What is charged and refunded after a decision, while permits are held or after.</summary>
public class LocalLeaseRefundTests
{
    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(1);

    /// <summary>A bucket that refills nothing while a test looks on.</summary>
    private static Quota SlowBucket => Quota.TokenBucket("bucket", 1_000, TimeSpan.FromDays(1_000));

    private static Quota Hourly(double limit) => Quota.FixedWindow("hourly", limit, TimeSpan.FromHours(1));

    [Fact]
    public async Task ChargeAndRefund_WithinABatch_CostNoCallAndAreTold()
    {
        await using var nodes = LeasingNodes.Create(1, EagerLeases.Of(50, s_hold), Hourly(1_000));
        await nodes.TakeManyAsync(40);
        var calls = nodes.Gateways[0].Calls;
        var lease = await nodes.TakeAsync(permits: 2);
        await nodes.SettleAsync();
        calls = nodes.Gateways[0].Calls - calls;
        await lease.RefundAsync(1);
        Assert.Equal(959, lease.Statuses[0].Remaining);
        await lease.ChargeAsync(1);
        Assert.Equal(958, lease.Statuses[0].Remaining);
        await lease.RefundAsync(50);
        Assert.Equal(960, lease.Statuses[0].Remaining);
        Assert.InRange(calls, 0, 1);
        Assert.Equal(960, (await nodes.TakeAsync(permits: 0)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Refund_AfterTheBatch_GoesToRedis()
    {
        await using var nodes = LeasingNodes.Create(1, EagerLeases.Of(50, s_hold), Hourly(1_000));
        await nodes.TakeManyAsync(40);
        var lease = await nodes.TakeAsync();
        await nodes.AdvanceAsync(s_hold);
        Assert.Equal(0, nodes.All[0].HeldPermits);
        await lease.RefundAsync(1);
        Assert.Equal(960, lease.Statuses[0].Remaining);
        Assert.Equal(TimeSpan.FromHours(1) - s_hold, lease.Statuses[0].UntilAll);
    }

    [Fact]
    public async Task Refund_OfALeaseThatIsOlderThanTheBatch_IsToldFromThenOn()
    {
        await using var nodes = LeasingNodes.Create(1, EagerLeases.Of(50, s_hold), Hourly(1_000));
        var old = await nodes.TakeAsync(permits: 100);
        await nodes.AdvanceAsync(s_hold);
        await nodes.TakeManyAsync(40);
        var held = nodes.All[0].HeldPermits;
        Assert.InRange(held, 1, 50);

        await old.RefundAsync(70);
        Assert.Equal(930, old.Statuses[0].Remaining);
        Assert.Equal(held, nodes.All[0].HeldPermits);
        var calls = nodes.Gateways[0].Calls;
        Assert.Equal(930, (await nodes.TakeAsync(permits: 0)).Statuses[0].Remaining);
        var next = await nodes.TakeAsync();
        Assert.Equal(929, next.Statuses[0].Remaining);
        await next.RefundAsync(1);
        Assert.Equal(930, next.Statuses[0].Remaining);
        Assert.Equal(calls, nodes.Gateways[0].Calls);

        await old.ChargeAsync(20);
        Assert.Equal(910, old.Statuses[0].Remaining);
        Assert.Equal(910, (await nodes.TakeAsync(permits: 0)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Refund_OfALeaseWhoseCallerWasForgottenMeanwhile_IsToldFromThenOn()
    {
        await using var nodes = LeasingNodes.Create(1, EagerLeases.Of(50, s_hold), Hourly(1_000));
        var old = await nodes.TakeAsync(permits: 100);
        await nodes.AdvanceAsync(5 * s_hold);
        Assert.Equal(0, nodes.All[0].Callers);
        await nodes.TakeManyAsync(40);
        await old.RefundAsync(70);
        Assert.Equal(930, old.Statuses[0].Remaining);
        Assert.Equal(930, (await nodes.TakeAsync(permits: 0)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Charge_OfMoreThanIsHeld_IsPaidWithWhatIsHeldOnlyIfNothingElseIsLeft()
    {
        await using var nodes = LeasingNodes.Create(1, EagerLeases.Of(50, s_hold), Hourly(200));
        await nodes.TakeManyAsync(40);
        var lease = await nodes.TakeAsync();
        await nodes.SettleAsync();
        var held = nodes.All[0].HeldPermits;
        Assert.InRange(held, 1, 50);
        await lease.ChargeAsync(60);
        Assert.Equal(99, lease.Statuses[0].Remaining);
        Assert.Equal(held, nodes.All[0].HeldPermits);

        await lease.ChargeAsync(100);
        Assert.Equal(0, lease.Statuses[0].Remaining);
        Assert.Equal(0, nodes.All[0].HeldPermits);
        Assert.False((await nodes.TakeAsync()).IsAcquired);

        // One of the 160 is owed beyond the limit.
        await lease.RefundAsync(2);
        Assert.Equal(1, lease.Statuses[0].Remaining);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refund_OfWhatWasUsedAtOnce_MakesNoBatchLargerAndIsTold(bool isBucket)
    {
        await using var nodes = LeasingNodes.Create(1, EagerLeases.Of(50, s_hold), isBucket ? SlowBucket : Hourly(1_000));
        var lease = await nodes.TakeAsync(permits: 30);
        Assert.Equal(2, nodes.All[0].HeldPermits);
        await lease.RefundAsync(20);
        Assert.Equal(2, nodes.All[0].HeldPermits);
        Assert.Equal(990, lease.Statuses[0].Remaining);
        Assert.Equal(990, (await nodes.TakeAsync(permits: 0)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Refunds_OfAllThatWasTaken_DoNotMakeMoreHeldThanMayBe()
    {
        await using var nodes = LeasingNodes.Create(1, EagerLeases.Of(50, s_hold), Hourly(1_000));
        var leases = new List<ExternalLease>();
        for (var before = 0; leases.Count < 150 || nodes.All[0].HeldPermits < before;)
        {
            // Until there is a batch ahead, too.
            before = nodes.All[0].HeldPermits;
            leases.Add(await nodes.TakeAsync());
            await nodes.SettleAsync();
        }

        foreach (var lease in leases)
        {
            await lease.RefundAsync(1);
            Assert.InRange(nodes.All[0].HeldPermits, 0, 50);
        }

        Assert.Equal(1_000, (await nodes.TakeAsync(permits: 0)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Refunds_IntoABucketAfterTheBatch_BringEverythingBack()
    {
        await using var nodes = LeasingNodes.Create(1, EagerLeases.Of(50, s_hold), SlowBucket);
        var leases = new List<ExternalLease>();
        for (var i = 0; i < 14; i++)
        {
            // The last ones keep the caller from being taken for a silent one.
            await nodes.AdvanceAsync(i < 10 ? TimeSpan.Zero : s_hold / 5);
            leases.Add(await nodes.TakeAsync());
            await nodes.SettleAsync();
        }

        // The first batches are over, and nobody has said so yet.
        await nodes.AdvanceAsync(s_hold * 0.1995);
        foreach (var lease in leases)
        {
            await lease.RefundAsync(1);
        }

        // A rest may be owed of what was rounded up.
        Assert.InRange((await nodes.TakeAsync(permits: 0)).Statuses[0].Remaining, 999, 1_000);
    }

    [Fact]
    public async Task Bucket_OfWhichAllIsHeldOrWasUsedOfTheBatch_StandsStillAndTellsSo()
    {
        await using var nodes = LeasingNodes.Create(1, EagerLeases.Of(50, s_hold), Quota.TokenBucket("bucket", 12, TimeSpan.FromSeconds(2.4)));
        await nodes.TakeAsync();
        Assert.Equal(2, nodes.All[0].HeldPermits);
        await nodes.AdvanceAsync(TimeSpan.FromSeconds(0.225));
        Assert.Equal(12, (await nodes.TakeAsync(permits: 0)).Statuses[0].Remaining);
        var lease = await nodes.TakeAsync();
        var status = lease.Statuses[0];
        Assert.Equal((11L, TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(0.2)), (status.Remaining, status.UntilMore, status.UntilAll));
    }

    [Fact]
    public async Task Refunds_OfManyThreadsWhileBatchesComeAndGo_AreAllTold()
    {
        const int Limit = 10_000;
        await using var nodes = LeasingNodes.Create(1, new LocalLeases(100, s_hold), Hourly(Limit));
        var used = await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            var random = new Random(thread);
            var leases = new List<ExternalLease>();
            var used = 0;
            for (var i = 0; i < 500; i++)
            {
                var permits = random.Next(1, 4);
                leases.Add(await nodes.TakeAsync(permits: permits));
                used += permits;
                if (random.Next(3) == 0)
                {
                    // Of this batch, or of one long ago.
                    await leases[random.Next(leases.Count)].RefundAsync(1);
                    await leases[random.Next(leases.Count)].ChargeAsync(1);
                }

                if (thread == 0 && i % 50 == 0)
                {
                    nodes.Clock.Advance(s_hold / 3);
                }
            }

            return (Used: used, Leases: leases);
        })));

        await nodes.SettleAsync();
        var told = (await nodes.TakeAsync(permits: 0)).Statuses[0].Remaining;
        await nodes.AdvanceAsync(s_hold);
        Assert.Equal(0, nodes.All[0].HeldPermits);
        var counted = (await nodes.TakeAsync(permits: 0)).Statuses[0].Remaining;
        Assert.Equal(counted, told);

        // Refunds of leases that had none left gave nothing back.
        Assert.InRange(counted, Limit - used.Sum(thread => thread.Used) - 1_500, Limit - used.Sum(thread => thread.Used));
    }
}
