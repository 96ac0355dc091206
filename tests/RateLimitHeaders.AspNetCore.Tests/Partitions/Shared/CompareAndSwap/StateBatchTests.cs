namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What a state makes of batches: those that a server ends, ends twice, or speaks of no more.</summary>
public class StateBatchTests
{
    private const int Capacity = 100;

    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(5);

    private static Quota Bucket => Quota.TokenBucket("bucket", Capacity, s_period);

    [Fact]
    public async Task Batch_OfWhatIsLeft_IsChargedAndReturnedWithItsTerms()
    {
        using var server = new StateServer(Quota.FixedWindow("q", Capacity, TimeSpan.FromMinutes(1)));
        var decision = await server.TakeBatchAsync(10, s_hold, cost: 5);
        Assert.True(decision.IsAcquired);
        Assert.Equal(85, decision.Statuses[0].Remaining);
        Assert.Equal(
            new BatchTerms(10, s_hold, RateLimitClock.UnixTicks(ManualTimeProvider.Start + (2 * s_hold)), 2 * s_hold), decision.Batch);
        Assert.Equal(15, decision.Marks[0].Permits);
        server.Clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(TimeSpan.FromSeconds(6), (await server.Alice.TakeAsync()).Decision.Batch.UntilLastBatchEnds);
        server.Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(TimeSpan.Zero, (await server.Alice.TakeAsync()).Decision.Batch.UntilLastBatchEnds);
    }

    [Theory]
    [InlineData(1, 20)]
    [InlineData(4, 20)]
    [InlineData(8, 11)]
    [InlineData(100, 0)]
    public async Task Batch_IsAtMostAPartOfWhatRemains(int parts, int expected)
    {
        using var server = new StateServer(Quota.FixedWindow("q", Capacity, TimeSpan.FromMinutes(1)));
        var decision = new RateLimitDecision { Principal = new RateLimitPrincipal("user", "alice") };
        await server.Partitions.AcquireBatchAsync(
            new BatchArguments(new AcquireArguments(decision.Principal, new long[] { 10 }, default), 20, s_hold, parts, []), decision);
        Assert.Equal((expected, 90 - expected), (decision.Batch.Extra, decision.Statuses[0].Remaining));
        Assert.Equal(expected > 0, decision.Batch.UntilLastBatchEnds > TimeSpan.Zero);
    }

    [Fact]
    public async Task Batch_WithARequestThatIsRejected_IsNone()
    {
        using var server = new StateServer(Quota.FixedWindow("q", Capacity, TimeSpan.FromMinutes(1)));
        await server.Alice.TakeAsync(95);
        var decision = await server.TakeBatchAsync(10, s_hold, cost: 6);
        Assert.Equal((false, 0, 5), (decision.IsAcquired, decision.Batch.Extra, decision.Statuses[0].Remaining));
    }

    [Fact]
    public async Task Bucket_WhoseBatchIsUsedAtItsEndByAServerThatDies_DoesNotRefillWhatWasHeld()
    {
        using var server = new StateServer(Bucket);
        Assert.Equal(50, (await server.TakeBatchAsync(50, s_hold)).Batch.Extra);

        // They may be used at the last moment, from which on the bucket refills.
        server.Clock.Advance((2 * s_hold) + TimeSpan.FromMilliseconds(100));
        var admitted = 0;
        while ((await server.Alice.TakeAsync()).IsAcquired)
        {
            admitted++;
        }

        Assert.Equal(51, admitted);
        server.Clock.Advance(s_period);
        await AssertRemainingAsync(server, Capacity);
    }

    [Fact]
    public async Task Bucket_WithABatch_RefillsWhatWasUsedAtOnce()
    {
        using var server = new StateServer(Bucket);
        await server.TakeBatchAsync(20, s_hold, cost: 30);
        server.Clock.Advance(TimeSpan.FromSeconds(2));
        await AssertRemainingAsync(server, 70);

        // But not what was not used yet.
        server.Clock.Advance(TimeSpan.FromSeconds(2));
        await AssertRemainingAsync(server, 80);
    }

    [Fact]
    public async Task Bucket_WithSeveralBatches_RefillsNothingOfAnyOfThem()
    {
        using var server = new StateServer(Bucket);
        Assert.Equal(30, (await server.TakeBatchAsync(30, s_hold)).Batch.Extra);
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(20, (await server.TakeBatchAsync(20, s_hold)).Batch.Extra);
        server.Clock.Advance(TimeSpan.FromSeconds(4));
        await AssertRemainingAsync(server, 50);
    }

    [Fact]
    public async Task Batch_OfAStateThatWasLost_ComesBackToNoOtherOfTheSameWindow()
    {
        using var server = new StateServer(Quota.FixedWindow("window", Capacity, TimeSpan.FromDays(1), alignToClock: true));
        var batch = await server.TakeBatchAsync(10, s_hold);
        server.Store.States.Clear();
        server.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await server.Alice.TakeAsync(20);
        await EndAsync(server, batch, left: 10);
        await AssertRemainingAsync(server, 80);
    }

    [Fact]
    public async Task Batch_ThatEnds_ComesBackWhole()
    {
        foreach (var quota in new[] { Bucket, Quota.FixedWindow("q", Capacity, s_period), Quota.SlidingWindow("q", Capacity, s_period) })
        {
            using var server = new StateServer(quota);
            await server.Alice.TakeAsync(50);
            var batch = await server.TakeBatchAsync(20, s_hold);
            await AssertRemainingAsync(server, 30);
            await EndAsync(server, batch, left: 15);
            await AssertRemainingAsync(server, 45);
        }
    }

    [Fact]
    public async Task Batch_OfABucketThatEndsTwice_ComesBackOnce()
    {
        using var server = new StateServer(Bucket);
        await server.Alice.TakeAsync(50);
        var batch = await server.TakeBatchAsync(20, s_hold);
        await EndAsync(server, batch, left: 20);
        await AssertRemainingAsync(server, 50);
        await EndAsync(server, batch, left: 20);
        await AssertRemainingAsync(server, 50);
    }

    [Fact]
    public async Task Batch_ThatEndsWithTheNextRequest_CountsForIt()
    {
        using var server = new StateServer(Quota.FixedWindow("q", Capacity, TimeSpan.FromMinutes(1)));
        var batch = await server.TakeBatchAsync(60, s_hold);
        Assert.False((await server.Alice.TakeAsync(80)).IsAcquired);
        var next = await server.TakeBatchAsync(0, s_hold, cost: 80, new EndedBatch(batch, 60));
        Assert.Equal((true, 20), (next.IsAcquired, next.Statuses[0].Remaining));
    }

    [Fact]
    public async Task Refund_OfABucket_NeverBringsBackWhatIsHeld()
    {
        using var server = new StateServer(Bucket);
        Assert.Equal(30, (await server.TakeBatchAsync(30, s_hold)).Batch.Extra);
        server.Clock.Advance(TimeSpan.FromSeconds(3));
        var decision = await server.Alice.TakeAsync(40);

        // Time has brought back 30 of the 40. The other 10 may come, and no more, though the bucket owes 40.
        server.Clock.Advance(TimeSpan.FromSeconds(3));
        await AssertRemainingAsync(server, 60);
        await decision.RefundAsync(40);
        Assert.Equal(70, decision.Statuses[0].Remaining);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Batch_OfAWindow_IsUsableUntilItsWindowOrSegmentEndsAndNoLonger(bool isSliding)
    {
        // 14:07:13 is in the middle of two seconds.
        using var server = new StateServer(isSliding
            ? Quota.SlidingWindow("window", Capacity, TimeSpan.FromSeconds(12), segments: 6)
            : Quota.FixedWindow("window", Capacity, TimeSpan.FromSeconds(2), alignToClock: true));
        var batch = (await server.TakeBatchAsync(10, s_hold)).Batch;
        Assert.Equal((10, TimeSpan.FromSeconds(1)), (batch.Extra, batch.Usable));
    }

    [Fact]
    public async Task Batch_OfAWindowThatIsOver_ComesBackToNoOther()
    {
        using var server = new StateServer(Quota.FixedWindow("window", Capacity, TimeSpan.FromSeconds(2)));
        var batch = await server.TakeBatchAsync(10, s_hold);
        server.Clock.Advance(TimeSpan.FromSeconds(2));
        await server.Alice.TakeAsync(20);
        await EndAsync(server, batch, left: 10);
        await AssertRemainingAsync(server, 80);
    }

    [Fact]
    public async Task LocalUse_OfABatch_IsGivenBackByAMarkOfItsOwnPermits()
    {
        foreach (var quota in new[] { Bucket, Quota.FixedWindow("q", Capacity, s_period), Quota.SlidingWindow("q", Capacity, s_period) })
        {
            using var server = new StateServer(quota);
            var batch = await server.TakeBatchAsync(20, s_hold);
            var used = new RateLimitDecision();
            used.CopyFrom(batch);
            used.Marks[0].Permits = 3;
            await EndAsync(server, batch, left: 17);
            await server.Partitions.AdjustAsync(used, new AdjustArguments(new long[] { -5 }));
            Assert.Equal(Capacity, used.Statuses[0].Remaining);
        }
    }

    private static Task<RateLimitDecision> EndAsync(StateServer server, RateLimitDecision batch, int left) =>
        server.TakeBatchAsync(0, s_hold, cost: 0, new EndedBatch(batch, left));

    private static async Task AssertRemainingAsync(StateServer server, long remaining) =>
        Assert.Equal(remaining, (await server.Alice.PeekAsync()).Statuses[0].Remaining);
}
