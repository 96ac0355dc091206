using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>What the script does about batches that no server speaks of any more, or speaks of twice.</summary>
public class BatchScriptTests
{
    private const int Capacity = 100;

    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Bucket_WhoseBatchIsUsedAtItsEndByAServerThatDies_DoesNotRefillWhatWasHeld()
    {
        using var tested = await TestedCounter.CreateAsync(Quota.TokenBucket("bucket", Capacity, s_period));
        var batch = await TakeBatchAsync(tested, 50);
        Assert.Equal(50, batch.Left);

        // They may be used at the last moment, from which on the bucket refills.
        tested.Clock.Advance((2 * s_hold) + TimeSpan.FromMilliseconds(100));
        var admitted = 0;
        while ((await tested.TakeAsync()).IsAcquired)
        {
            admitted++;
        }

        Assert.Equal(51, admitted);
        tested.Clock.Advance(s_period);
        Assert.Equal(Capacity, (await tested.TakeAsync(0)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Bucket_WithABatch_RefillsWhatWasUsedAtOnce()
    {
        using var tested = await TestedCounter.CreateAsync(Quota.TokenBucket("bucket", Capacity, s_period));
        await TakeBatchAsync(tested, wanted: 20, permits: 30);
        tested.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(70, (await tested.TakeAsync(0)).Statuses[0].Remaining);

        // But not what nobody has used yet.
        tested.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(80, (await tested.TakeAsync(0)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Bucket_WithSeveralBatches_RefillsNothingOfAnyOfThem()
    {
        using var tested = await TestedCounter.CreateAsync(Quota.TokenBucket("bucket", Capacity, s_period));
        Assert.Equal(30, (await TakeBatchAsync(tested, 30)).Left);
        tested.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(20, (await TakeBatchAsync(tested, 20)).Left);
        tested.Clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(50, (await tested.TakeAsync(0)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Batch_OfAStateThatWasLost_ComesBackToNoOtherOfTheSameWindow()
    {
        using var tested = await TestedCounter.CreateAsync(Quota.FixedWindow("window", Capacity, TimeSpan.FromDays(1), alignToClock: true));
        var batch = await TakeBatchAsync(tested, 10);
        await (await SharedRedis.GetAsync()).CommandAsync("DEL", KeysOf(tested)[0]!);
        tested.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await tested.TakeAsync(20);
        await tested.Counter.Calls.EndBatchesAsync(KeysOf(tested), [batch]);
        Assert.Equal(80, (await tested.TakeAsync(0)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Batch_ThatEndsTwice_ComesBackOnce()
    {
        using var tested = await TestedCounter.CreateAsync(Quota.TokenBucket("bucket", Capacity, s_period));
        await tested.TakeAsync(50);
        var batch = await TakeBatchAsync(tested, 20);
        Assert.Equal(20, batch.Left);
        await tested.Counter.Calls.EndBatchesAsync(KeysOf(tested), [batch]);
        Assert.Equal(50, (await tested.TakeAsync(0)).Statuses[0].Remaining);
        await tested.Counter.Calls.EndBatchesAsync(KeysOf(tested), [batch]);
        Assert.Equal(50, (await tested.TakeAsync(0)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Refund_OfABucket_NeverBringsBackWhatIsHeld()
    {
        using var tested = await TestedCounter.CreateAsync(Quota.TokenBucket("bucket", Capacity, s_period));
        Assert.Equal(30, (await TakeBatchAsync(tested, 30)).Left);
        tested.Clock.Advance(TimeSpan.FromSeconds(3));
        var lease = await tested.TakeAsync(40);

        // Time has brought back 30 of the 40. The other 10 may come, and no more, though the bucket owes 40.
        tested.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(60, (await tested.TakeAsync(0)).Statuses[0].Remaining);
        await lease.RefundAsync(40);
        Assert.Equal(70, lease.Statuses[0].Remaining);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Batch_OfAWindow_IsUsableUntilItsWindowOrSegmentEndsAndNoLonger(bool isSliding)
    {
        using var tested = await TestedCounter.CreateAsync(isSliding
            ? Quota.SlidingWindow("window", Capacity, TimeSpan.FromSeconds(12), segments: 6)
            : Quota.FixedWindow("window", Capacity, TimeSpan.FromSeconds(2), alignToClock: true));
        var sinceBegin = tested.Clock.GetUtcNow().Ticks % TimeSpan.FromSeconds(2).Ticks;
        var batch = await TakeBatchAsync(tested, 10);
        var usable = TimeSpan.FromSeconds(2) - new TimeSpan(sinceBegin);
        tested.Clock.Advance(usable * 0.998);
        Assert.True(batch.IsUsable(tested.Clock.GetTimestamp()));
        tested.Clock.Advance(usable * 0.002);
        Assert.False(batch.IsUsable(tested.Clock.GetTimestamp()));
    }

    [Fact]
    public async Task Batch_OfAWindowThatIsOver_ComesBackToNoOther()
    {
        using var tested = await TestedCounter.CreateAsync(Quota.FixedWindow("window", Capacity, TimeSpan.FromSeconds(2)));
        var batch = await TakeBatchAsync(tested, 10);
        tested.Clock.Advance(TimeSpan.FromSeconds(2));
        await tested.TakeAsync(20);
        await tested.Counter.Calls.EndBatchesAsync(KeysOf(tested), [batch]);
        Assert.Equal(80, (await tested.TakeAsync(0)).Statuses[0].Remaining);
    }

    private static RedisKey[] KeysOf(TestedCounter tested) => [tested.Counter.Keys.KeyOf(tested.Counter.Keys.HashOf("alice"))];

    private static async Task<Batch> TakeBatchAsync(TestedCounter tested, int wanted, int permits = 0)
    {
        var asked = tested.Clock.GetTimestamp();
        var answer = await tested.Counter.Calls.TakeBatchAsync(KeysOf(tested), permits, [], wanted, EagerLeases.Of(Capacity, s_hold), []);
        return new Batch(tested.Clock, answer!, answer!.BatchTerms(), asked);
    }
}
