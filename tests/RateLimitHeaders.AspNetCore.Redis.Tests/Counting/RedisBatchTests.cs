namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>What Redis does with batches: those that servers hold, and those that no server speaks of any more, or twice.</summary>
public class RedisBatchTests
{
    private const int Capacity = 100;

    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Batch_IsAPartOfWhatRemains()
    {
        using var plan = await TestedPlan.CreateAsync(Quota.FixedWindow("a", 100, s_period), Quota.SlidingWindow("b", 61, s_period));
        var batch = await plan.TakeBatchAsync(wanted: 50, permits: 11, parts: 8);
        Assert.Equal((true, 6), (batch.IsAcquired, batch.Batch.Extra));
        Assert.Equal([83, 44], batch.Statuses.ToArray().Select(status => status.Remaining));
        Assert.Equal(2 * s_hold, batch.Batch.UntilLastBatchEnds);
    }

    [Fact]
    public async Task Batch_OfARequestThatIsRejected_IsNotTaken()
    {
        using var plan = await TestedPlan.CreateAsync(Quota.FixedWindow("q", Capacity, s_period));
        var rejected = await plan.TakeBatchAsync(wanted: 50, permits: Capacity + 1);
        Assert.Equal((false, 0), (rejected.IsAcquired, rejected.Batch.Extra));
        Assert.Equal(Capacity, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Rejection_WhileAServerHoldsABatch_HasTheTimeUntilItEnds()
    {
        using var plan = await TestedPlan.CreateAsync(Quota.FixedWindow("q", Capacity, s_period));
        await plan.TakeBatchAsync(wanted: 50, permits: 50);
        var rejected = await plan.TakeAsync();
        Assert.False(rejected.IsAcquired);
        Assert.Equal(2 * s_hold, rejected.Decision.Batch.UntilLastBatchEnds);
        plan.Clock.Advance(2 * s_hold);
        Assert.Equal(TimeSpan.Zero, (await plan.TakeAsync()).Decision.Batch.UntilLastBatchEnds);
    }

    [Fact]
    public async Task Bucket_WhoseBatchIsUsedAtItsEndByAServerThatDies_DoesNotRefillWhatWasHeld()
    {
        using var plan = await TestedPlan.CreateAsync(Quota.TokenBucket("bucket", Capacity, s_period));
        Assert.Equal(50, (await plan.TakeBatchAsync(50)).Batch.Extra);

        // They may be used at the last moment, from which on the bucket refills.
        plan.Clock.Advance((2 * s_hold) + TimeSpan.FromMilliseconds(100));
        var admitted = 0;
        while ((await plan.TakeAsync()).IsAcquired)
        {
            admitted++;
        }

        Assert.Equal(51, admitted);
        plan.Clock.Advance(s_period);
        Assert.Equal(Capacity, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Bucket_WithABatch_RefillsWhatWasUsedAtOnce()
    {
        using var plan = await TestedPlan.CreateAsync(Quota.TokenBucket("bucket", Capacity, s_period));
        await plan.TakeBatchAsync(wanted: 20, permits: 30);
        plan.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(70, (await plan.PeekAsync()).Statuses[0].Remaining);

        // But not what is not used yet.
        plan.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(80, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Bucket_WithAShorterBatchThatWasTakenLater_RefillsThatOneAfterItsEnd()
    {
        using var plan = await TestedPlan.CreateAsync(Quota.TokenBucket("bucket", Capacity, s_period));
        await plan.TakeBatchAsync(wanted: 20, holdTime: 2 * s_hold);
        await plan.TakeBatchAsync(wanted: 20, holdTime: s_hold);
        Assert.Equal(60, (await plan.PeekAsync()).Statuses[0].Remaining);

        // Two seconds after the end of the second one.
        plan.Clock.Advance((2 * s_hold) + TimeSpan.FromSeconds(2));
        Assert.Equal(80, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Bucket_WithTwoBatchesThatEndTogether_IsGivenBackTheOneThatEnds()
    {
        using var plan = await TestedPlan.CreateAsync(Quota.TokenBucket("bucket", Capacity, s_period));
        await plan.TakeBatchAsync(wanted: 20);
        var ended = await plan.TakeBatchAsync(wanted: 30);
        await plan.EndBatchAsync(ended);
        Assert.Equal(80, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Bucket_WithSeveralBatches_RefillsNothingOfAnyOfThem()
    {
        using var plan = await TestedPlan.CreateAsync(Quota.TokenBucket("bucket", Capacity, s_period));
        Assert.Equal(30, (await plan.TakeBatchAsync(30)).Batch.Extra);
        plan.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(20, (await plan.TakeBatchAsync(20)).Batch.Extra);
        plan.Clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(50, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Batch_OfAStateThatWasLost_ComesBackToNoOtherOfTheSameWindow()
    {
        using var plan = await TestedPlan.CreateAsync(Quota.FixedWindow("window", Capacity, TimeSpan.FromDays(1), alignToClock: true));
        var batch = await plan.TakeBatchAsync(10);
        await (await SharedRedis.GetAsync()).CommandAsync("DEL", plan.KeyOf());
        plan.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await plan.TakeAsync(20);
        Assert.Equal(80, (await plan.EndBatchAsync(batch)).Statuses[0].Remaining);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Batch_ThatEnds_ComesBackOnceHoweverOftenItEnds(bool isBucket)
    {
        using var plan = await TestedPlan.CreateAsync(isBucket
            ? Quota.TokenBucket("q", Capacity, s_period)
            : Quota.FixedWindow("q", Capacity, s_period));
        await plan.TakeAsync(50);
        var batch = await plan.TakeBatchAsync(20);
        Assert.Equal((20, 30), (batch.Batch.Extra, batch.Statuses[0].Remaining));
        Assert.Equal(50, (await plan.EndBatchAsync(batch)).Statuses[0].Remaining);
        if (isBucket)
        {
            // A server ends a batch once; time has ended this one before, if it is told late.
            Assert.Equal(50, (await plan.EndBatchAsync(batch)).Statuses[0].Remaining);
        }
    }

    [Fact]
    public async Task Batch_ThatEndsWithARequest_MakesRoomForIt()
    {
        using var plan = await TestedPlan.CreateAsync(Quota.SlidingWindow("q", Capacity, s_period));
        var batch = await plan.TakeBatchAsync(wanted: 60);
        var next = await plan.TakeBatchAsync(wanted: 5, permits: 70, ended: new EndedBatch(batch, 40));
        Assert.Equal((true, 5, 5), (next.IsAcquired, next.Batch.Extra, next.Statuses[0].Remaining));
    }

    [Fact]
    public async Task Refund_OfABucket_NeverBringsBackWhatIsHeld()
    {
        using var plan = await TestedPlan.CreateAsync(Quota.TokenBucket("bucket", Capacity, s_period));
        Assert.Equal(30, (await plan.TakeBatchAsync(30)).Batch.Extra);
        plan.Clock.Advance(TimeSpan.FromSeconds(3));
        var decision = await plan.TakeAsync(40);

        // Time has brought back 30 of the 40. The other 10 may come, and no more, though the bucket owes 40.
        plan.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(60, (await plan.PeekAsync()).Statuses[0].Remaining);
        await decision.RefundAsync(40);
        Assert.Equal(70, decision.Statuses[0].Remaining);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Batch_OfAWindow_IsUsableUntilItsWindowOrSegmentEnds(bool isSliding)
    {
        using var plan = await TestedPlan.CreateAsync(isSliding
            ? Quota.SlidingWindow("window", Capacity, TimeSpan.FromSeconds(12), segments: 6)
            : Quota.FixedWindow("window", Capacity, TimeSpan.FromSeconds(2), alignToClock: true));
        var sinceBegin = plan.Clock.GetUtcNow().Ticks % TimeSpan.FromSeconds(2).Ticks;
        var batch = await plan.TakeBatchAsync(10);
        Assert.Equal(TimeSpan.FromSeconds(2) - new TimeSpan(sinceBegin), batch.Batch.Usable);
    }

    [Fact]
    public async Task Batch_OfASlidingWindow_CountsAsTakenAtTheLastMomentAtWhichItMayBeUsed()
    {
        // The clock starts one second into a segment.
        using var plan = await TestedPlan.CreateAsync(Quota.SlidingWindow("window", Capacity, TimeSpan.FromSeconds(12), segments: 6));
        plan.Clock.Advance(TimeSpan.FromSeconds(1));
        var batch = await plan.TakeBatchAsync(wanted: 99, permits: 1, holdTime: TimeSpan.FromSeconds(1));
        Assert.Equal((99, TimeSpan.FromSeconds(1)), (batch.Batch.Extra, batch.Batch.Usable));
        plan.Clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(TimeSpan.FromSeconds(12.499_999), (await plan.TakeAsync()).RetryAfter);

        // A refund in the segment changes nothing about the moment.
        plan.Clock.Advance(TimeSpan.FromSeconds(12.499_998));
        Assert.False((await plan.TakeAsync()).IsAcquired);
        plan.Clock.Advance(TimeSpan.FromMicroseconds(1));
        Assert.True((await plan.TakeAsync(Capacity)).IsAcquired);
    }

    [Fact]
    public async Task Batch_OfAWindowThatIsOver_ComesBackToNoOther()
    {
        using var plan = await TestedPlan.CreateAsync(Quota.FixedWindow("window", Capacity, TimeSpan.FromSeconds(2)));
        var batch = await plan.TakeBatchAsync(10);
        plan.Clock.Advance(TimeSpan.FromSeconds(2));
        await plan.TakeAsync(20);
        Assert.Equal(80, (await plan.EndBatchAsync(batch)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Plan_WithConcurrency_SupportsNoBatches()
    {
        using var plan = await TestedPlan.CreateAsync(Quota.Concurrency("q", 10));
        Assert.False(plan.Partitions.SupportsBatches);
        using var other = await TestedPlan.CreateAsync(Quota.FixedWindow("q", 10, s_period));
        Assert.True(other.Partitions.SupportsBatches);
    }
}
