namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>How much refunds may bring back into batches, and what is told of buckets meanwhile.</summary>
public class BatchRefundTests
{
    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(1);

    /// <summary>A bucket that refills nothing while a test looks on.</summary>
    private static Quota SlowBucket => Quota.TokenBucket("bucket", 1_000, TimeSpan.FromDays(1_000));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refund_OfWhatWasUsedAtOnce_RaisesRemainingAndNotTheBatch(bool isBucket)
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), isBucket ? SlowBucket : Hourly(1_000));
        var decision = await servers.TakeAsync(permits: 30);
        Assert.Equal(2, servers.First.HeldPermits);
        await decision.RefundAsync(20);
        Assert.Equal(2, servers.First.HeldPermits);
        Assert.Equal(990, decision.Statuses[0].Remaining);
        Assert.Equal(990, (await servers.TakeAsync(permits: 0)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Refunds_OfAllThatWasTaken_DoNotMakeMoreHeldThanMayBe()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), Hourly(1_000));
        var decisions = new List<TestedDecision>();
        for (var before = 0L; decisions.Count < 150 || servers.First.HeldPermits < before;)
        {
            // Until there is a batch ahead, too.
            before = servers.First.HeldPermits;
            decisions.Add(await servers.TakeAsync());
            await servers.SettleAsync();
        }

        foreach (var decision in decisions)
        {
            await decision.RefundAsync(1);
            Assert.InRange(servers.First.HeldPermits, 0, 50);
        }

        Assert.Equal(1_000, (await servers.TakeAsync(permits: 0)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Refunds_IntoABucketAfterTheBatch_BringEverythingBack()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), SlowBucket);
        var decisions = new List<TestedDecision>();
        for (var i = 0; i < 14; i++)
        {
            // The last ones keep the caller from falling silent.
            await servers.AdvanceAsync(i < 10 ? TimeSpan.Zero : s_hold / 5);
            decisions.Add(await servers.TakeAsync());
            await servers.SettleAsync();
        }

        // The first batches are over, and the store does not know it yet.
        await servers.AdvanceAsync(s_hold * 0.1995);
        foreach (var decision in decisions)
        {
            await decision.RefundAsync(1);
        }

        // A rest may be owed of what was rounded up.
        Assert.InRange((await servers.TakeAsync(permits: 0)).Statuses[0].Remaining, 999, 1_000);
    }

    [Fact]
    public async Task Bucket_FullExceptForItsBatch_DoesNotRefillAndHasTheTimeOfATokenUntilMore()
    {
        await using var servers = BatchServers.Create(1, BatchServers.Eager(50, s_hold), Quota.TokenBucket("bucket", 12, TimeSpan.FromSeconds(2.4)));
        await servers.TakeAsync();
        Assert.Equal(2, servers.First.HeldPermits);
        await servers.AdvanceAsync(TimeSpan.FromSeconds(0.225));
        Assert.Equal(12, (await servers.TakeAsync(permits: 0)).Statuses[0].Remaining);
        var status = (await servers.TakeAsync()).Statuses[0];
        Assert.Equal((11L, TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(0.2)), (status.Remaining, status.UntilMore, status.UntilAll));
    }

    [Fact]
    public async Task Refunds_OfManyThreadsWhileBatchesBeginAndEnd_AreAllCountedAndShown()
    {
        const int Limit = 10_000;
        await using var servers = BatchServers.Create(1, new(100, s_hold, Nodes: 1), Hourly(Limit));
        var used = await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() => UseAsync(servers, thread))));
        await servers.SettleAsync();

        // The clock stood still: of two answers at one moment, nothing tells which is the later one. No batch serves so many permits.
        servers.Clock.Advance(TimeSpan.FromTicks(1));
        await servers.TakeAsync(permits: 101);
        await servers.SettleAsync();
        var told = (await servers.TakeAsync(permits: 0)).Statuses[0].Remaining;
        await servers.AdvanceAsync(s_hold);
        Assert.Equal(0, servers.First.HeldPermits);
        var counted = (await servers.TakeAsync(permits: 0)).Statuses[0].Remaining;
        Assert.Equal(counted, told);
        Assert.Equal(Limit - 101 - used.Sum(), counted);
    }

    private static async Task<int> UseAsync(BatchServers servers, int thread)
    {
        var random = new Random(thread);
        var decisions = new List<TestedDecision>();
        var used = new List<int>();
        for (var i = 0; i < 500; i++)
        {
            var permits = random.Next(1, 4);
            decisions.Add(await servers.TakeAsync(permits: permits));
            used.Add(permits);
            if (random.Next(3) == 0)
            {
                // Of this batch, or of one long ago. There is no refund of more than was used.
                var (refunded, charged) = (random.Next(decisions.Count), random.Next(decisions.Count));
                await decisions[refunded].RefundAsync(1);
                used[refunded] = Math.Max(0, used[refunded] - 1);
                await decisions[charged].ChargeAsync(1);
                used[charged]++;
            }

            if (thread == 0 && i % 50 == 0)
            {
                servers.Clock.Advance(s_hold / 3);
            }
        }

        return used.Sum();
    }

    private static Quota Hourly(double limit) => Quota.FixedWindow("hourly", limit, TimeSpan.FromHours(1));
}
