namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>
/// A clock of Redis that is set back, by time synchronization or as another server takes over: what is used stays used, no
/// wait is longer than one window, and a caller that waits as long as it was told is admitted. Each script is asked: a plan with
/// a concurrency quota has another one than a plan without.
/// </summary>
public sealed class SetBackClockTests : IAsyncLifetime
{
    private const int Limit = 10;
    private const long Second = 1_000_000;
    private const long Window = 60 * Second;

    private static readonly RateLimitPrincipal s_alice = new("user", "alice");
    private static int s_plans;

    private TestedRunner _runner = null!;

    // Microseconds since the Unix epoch, 13 seconds into a minute.
    private long _now = (1_800_000 * 1_000 * Second) + (13 * Second);

    /// <summary>Gets each algorithm for both scripts, and seconds by which the clock is set back.</summary>
    public static TheoryData<string, bool, double> Steps
    {
        get
        {
            TheoryData<string, bool, double> steps = [];
            foreach (var algorithm in new[] { "fixed", "aligned", "sliding", "bucket" })
            {
                foreach (var step in new[] { 0.000_001, 1, 13, 59, 60, 61, 3_600 })
                {
                    steps.Add(algorithm, false, step);
                    steps.Add(algorithm, true, step);
                }
            }

            return steps;
        }
    }

    public async Task InitializeAsync() => _runner = await TestedRunner.SharedAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Rejection_AfterTheClockWasSetBack_HasTheExactRetryAfter(string algorithm, bool withConcurrency, double step)
    {
        using var partitions = Create(QuotaOf(algorithm), withConcurrency);
        Assert.True((await TakeAsync(partitions, Limit)).IsAcquired);
        _now -= (long)(step * Second);

        var rejected = await TakeAsync(partitions, Limit);
        Assert.Equal((false, 0L), (rejected.IsAcquired, rejected.Statuses[0].Remaining));
        Assert.InRange(rejected.RetryAfter!.Value.TotalSeconds, 0.000_001, 60);
        Assert.InRange(rejected.Statuses[0].UntilAll!.Value.TotalSeconds, 0.000_001, 60);

        _now += (rejected.RetryAfter.Value.Ticks / TimeSpan.TicksPerMicrosecond) - 1;
        var early = await TakeAsync(partitions, Limit);
        Assert.Equal((false, TimeSpan.FromMicroseconds(1)), (early.IsAcquired, early.RetryAfter));
        _now++;
        Assert.True((await TakeAsync(partitions, Limit)).IsAcquired);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Peek_AfterTheClockWasSetBack_ReturnsNoWaitLongerThanTheWindow(string algorithm, bool withConcurrency, double step)
    {
        using var partitions = Create(QuotaOf(algorithm), withConcurrency);
        Assert.True((await TakeAsync(partitions, Limit)).IsAcquired);
        _now -= (long)(step * Second);

        var decision = new RateLimitDecision { Principal = s_alice };
        await partitions.PeekAsync(new(s_alice, default, decision), CancellationToken.None);
        Assert.Equal(0, decision.Statuses[0].Remaining);
        Assert.InRange(decision.Statuses[0].UntilMore!.Value.TotalSeconds, 0.000_001, 60);
        Assert.InRange(decision.Statuses[0].UntilAll!.Value.TotalSeconds, 0.000_001, 60);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bucket_AfterTheClockWasSetBack_IsRefilledAsBefore(bool withConcurrency)
    {
        using var partitions = Create(QuotaOf("bucket"), withConcurrency);
        await TakeAsync(partitions, Limit);
        _now -= 3_600 * Second;
        for (var taken = 1; taken <= Limit; taken++)
        {
            Assert.Equal(TimeSpan.FromSeconds(6), (await TakeAsync(partitions)).RetryAfter);
            _now += 6 * Second;
            Assert.True((await TakeAsync(partitions)).IsAcquired);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SlidingWindow_AfterTheClockWasSetBack_KeepsWhatIsUsedInAllSegments(bool withConcurrency)
    {
        using var partitions = Create(QuotaOf("sliding"), withConcurrency);
        foreach (var permits in new[] { 1, 2, 3 })
        {
            await TakeAsync(partitions, permits);
            _now += 10 * Second;
        }

        // Of the moments 0 s, 10 s and 20 s, the last two come after 5 s, where five permits count from now on, and one more.
        _now -= 25 * Second;
        var decision = await TakeAsync(partitions);
        Assert.Equal(
            (3L, TimeSpan.FromSeconds(55), TimeSpan.FromSeconds(60)),
            (decision.Statuses[0].Remaining, decision.Statuses[0].UntilMore, decision.Statuses[0].UntilAll));
        _now += 55 * Second;
        Assert.Equal(4, (await TakeAsync(partitions, 0)).Statuses[0].Remaining);
        _now += 5 * Second;
        Assert.Equal(10, (await TakeAsync(partitions, 0)).Statuses[0].Remaining);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AlignedWindow_AfterTheClockWasSetBack_EndsWithTheClocksMinute(bool withConcurrency)
    {
        using var partitions = Create(QuotaOf("aligned"), withConcurrency);
        Assert.Equal(TimeSpan.FromSeconds(47), (await TakeAsync(partitions, 4)).Statuses[0].UntilAll);
        _now -= 3_605 * Second;
        var decision = await TakeAsync(partitions);
        Assert.Equal((5L, TimeSpan.FromSeconds(52)), (decision.Statuses[0].Remaining, decision.Statuses[0].UntilAll));
        _now += 52 * Second;
        Assert.Equal(10, (await TakeAsync(partitions, 0)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Concurrency_AfterTheClockWasSetBack_EndsWhatADeadServerHeld()
    {
        using var partitions = Create(Quota.FixedWindow("q", Limit, TimeSpan.FromSeconds(1)), withConcurrency: true);
        await TakeAsync(partitions, 0, held: 7);
        _now -= 3_600 * Second;
        var rejected = await TakeAsync(partitions, 0, held: 4);
        Assert.Equal((false, 3L), (rejected.IsAcquired, rejected.Statuses[1].Remaining));

        // From there on they are held for a minute, which is how long the permits of a dead server stay taken.
        _now += Window - 1;
        Assert.False((await TakeAsync(partitions, 0, held: 4)).IsAcquired);
        _now++;
        Assert.True((await TakeAsync(partitions, 0, held: 4)).IsAcquired);
    }

    [Fact]
    public async Task Bucket_WithABatchWhenTheClockIsSetBack_PausesItsRefillNoLongerThanBefore()
    {
        using var partitions = Create(QuotaOf("bucket"), withConcurrency: false);
        var decision = new RateLimitDecision { Principal = s_alice };
        var acquire = new AcquireArguments(s_alice, new long[] { 1 }, default);
        await partitions.AcquireBatchAsync(new BatchArguments(acquire, 9, TimeSpan.FromSeconds(5), 1, []), decision);
        Assert.Equal(9, decision.Batch.Extra);
        _now -= 3_600 * Second;

        // The batch ends ten seconds from now. One token is owed beside it, which is refilled meanwhile.
        Assert.Equal(TimeSpan.FromSeconds(10), (await TakeAsync(partitions)).Decision.Batch.UntilLastBatchEnds);
        _now += 6 * Second;
        Assert.True((await TakeAsync(partitions)).IsAcquired);
        _now += 4 * Second;
        Assert.Equal(TimeSpan.Zero, (await TakeAsync(partitions)).Decision.Batch.UntilLastBatchEnds);
        _now += 6 * Second;
        Assert.True((await TakeAsync(partitions)).IsAcquired);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ban_WhenTheClockIsSetBack_LastsNoLonger(bool extends)
    {
        using var partitions = Create(QuotaOf("fixed"), withConcurrency: false);
        var name = partitions.BanNameOf(s_alice);
        await partitions.BanAsync(partitions.BanNameOf(new("user", "bob")), TimeSpan.FromSeconds(20));
        await partitions.BanAsync(name, TimeSpan.FromSeconds(10));
        var before = (await partitions.ReadBansAsync(after: 0)).Position;
        _now -= 3_600 * Second;

        if (extends)
        {
            Assert.True(await partitions.ExtendBanAsync(name, TimeSpan.FromSeconds(7)));
        }

        // A server that has read both bans reads them again. The second one counts as set a microsecond after the first one.
        Assert.Equal("10 20", await LeftAsync(before));
        _now += 6 * Second;
        Assert.Equal("4 14", await LeftAsync(0));
        _now += 5 * Second;
        Assert.False(await partitions.ExtendBanAsync(name, TimeSpan.FromSeconds(7)));

        async Task<string> LeftAsync(long after) =>
            string.Join(" ", (await partitions.ReadBansAsync(after)).Changes.Select(ban => Math.Round(ban.Lasts.TotalSeconds, 3)).Order());
    }

    [Fact]
    public async Task Ban_AfterTheClockWasSetBackBehindAnEarlierReading_IsRead()
    {
        using var partitions = Create(QuotaOf("fixed"), withConcurrency: false);
        await partitions.BanAsync(partitions.BanNameOf(s_alice), TimeSpan.FromSeconds(10));

        // A server has read a version of a minute later. The key of that time has ended, and the clock was set back.
        var bans = await partitions.ReadBansAsync(after: _now + (60 * Second));
        Assert.Equal([new StoredBan(partitions.BanNameOf(s_alice), TimeSpan.FromSeconds(10))], bans.Changes);
    }

    [Fact]
    public async Task Bans_ThatAServerHasNotReadBeforeTheClockWasSetBack_AreRead()
    {
        using var partitions = Create(QuotaOf("fixed"), withConcurrency: false);
        await BanAsync("alice");
        var read = (await partitions.ReadBansAsync(after: 0)).Position;
        _now += 200 * Second;
        await BanAsync("bob");
        _now += 800 * Second;
        await BanAsync("carol");

        // To a moment after that reading.
        _now -= 500 * Second;
        Assert.Equal([NameOf("bob"), NameOf("carol")], (await partitions.ReadBansAsync(read)).Changes.Select(ban => ban.Name));

        string NameOf(string id) => partitions.BanNameOf(new("user", id));
        ValueTask BanAsync(string id) => partitions.BanAsync(NameOf(id), TimeSpan.FromHours(1));
    }

    private static Quota QuotaOf(string algorithm) => Quotas.Of(algorithm, Limit, TimeSpan.FromMicroseconds(Window));

    private static async Task<TestedDecision> TakeAsync(RedisPartitions partitions, int permits = 1, int held = 0)
    {
        var decision = new RateLimitDecision { Principal = s_alice };
        long[] costs = partitions.SupportsBatches ? [permits] : [permits, held];
        await partitions.AcquireAsync(new AcquireArguments(s_alice, costs, default), decision);
        return new(partitions, decision, costs.Length, RateLimitClock.For(TimeProvider.System));
    }

    private RedisPartitions Create(Quota quota, bool withConcurrency)
    {
        Quota[] quotas = withConcurrency ? [quota, Quota.Concurrency("at once", Limit)] : [quota];
        var context = TestPlan.Create(new ManualTimeProvider(), $"set-back{Interlocked.Increment(ref s_plans)}", quotas);
        return RedisTesting.PartitionsOf(context, new TimedRunner(_runner, () => _now));
    }
}
