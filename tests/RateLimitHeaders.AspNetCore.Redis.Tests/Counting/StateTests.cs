using System.Buffers.Binary;
using System.Text;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>
/// What Redis keeps of a caller between two calls: how long, what of it a plan that is configured anew takes over, and what a
/// clock makes of it that is set back. Each script is asked, since a plan with a concurrency quota has another one.
/// </summary>
public sealed class StateTests : IAsyncLifetime
{
    private const long Second = 1_000_000;
    private const long Hour = 3_600 * Second;
    private static readonly RateLimitPrincipal s_alice = new("user", "alice");
    private static int s_plans;

    private readonly string _policy = $"state{Interlocked.Increment(ref s_plans)}";
    private RedisServer _server = null!;
    private TestedRunner _runner = null!;
    private string _key = "";

    // Microseconds since the Unix epoch, at a full hour.
    private long _now = 500_000 * Hour;

    /// <summary>Gets the algorithms, each for both scripts.</summary>
    public static TheoryData<string, bool> Algorithms => new()
    {
        { "fixed", false }, { "fixed", true },
        { "aligned", false }, { "aligned", true },
        { "sliding", false }, { "sliding", true },
        { "bucket", false }, { "bucket", true },
    };

    public async Task InitializeAsync()
    {
        _server = await SharedRedis.GetAsync();
        _runner = await TestedRunner.SharedAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task State_OfACaller_LivesAnEighthLongerThanUntilAllPermitsAreBack(string algorithm, bool withConcurrency)
    {
        using var partitions = Create(QuotaOf(algorithm, 10), withConcurrency);
        for (var i = 0; i < 3; i++)
        {
            _now += 7 * 60 * Second;
            var decision = await TakeAsync(partitions);
            var all = decision.Statuses[0].UntilAll!.Value.Ticks / TimeSpan.TicksPerMicrosecond;
            var expires = (await HeadAsync()).Expires;
            if (i == 0)
            {
                // Two seconds, since time and expiry are not read at once; two hours, since time stands still in tests.
                Assert.Equal(_now + all + ((all + 7) / 8) + (2 * Hour) + (2 * Second), expires);
            }

            Assert.InRange(_now + all, 0, expires - Second);
        }
    }

    /// <summary>A bucket refills what a batch has taken only after the end of the batch.</summary>
    [Fact]
    public async Task State_OfABucketWithABatch_LivesUntilItIsFullAfterTheBatch()
    {
        using var partitions = Create(Quota.TokenBucket("q", 100, TimeSpan.FromMinutes(1)), withConcurrency: false);
        var decision = new RateLimitDecision { Principal = s_alice };
        var acquire = new AcquireArguments(s_alice, new long[] { 0 }, default);
        await partitions.AcquireBatchAsync(new BatchArguments(acquire, 50, TimeSpan.FromMinutes(5), 1, []), decision);
        Assert.Equal((50, TimeSpan.FromMinutes(10)), (decision.Batch.Extra, decision.Batch.UntilLastBatchEnds));

        // Half a minute for 50 of 100 permits a minute.
        Assert.InRange((await HeadAsync()).Expires - _now - (2 * Hour), 630 * Second, 720 * Second);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task State_ThatWouldExpireTooSoon_LivesLonger(bool withConcurrency)
    {
        using var partitions = Create(Quota.FixedWindow("q", 10, TimeSpan.FromMinutes(1)), withConcurrency);
        await TakeAsync(partitions);
        var first = (await HeadAsync()).Expires;

        // Another window, which ends half a second before the state does.
        _now = first - (60 * Second) - (Second / 2);
        await TakeAsync(partitions);
        Assert.InRange((await HeadAsync()).Expires, first + (7 * Second), first + (3 * Hour));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refund_AfterTheStateWasGivenALongerLife_ComesBack(bool withConcurrency)
    {
        // Each permit takes a day to come back, and has the state live longer.
        using var partitions = Create(Quota.TokenBucket("q", 10, TimeSpan.FromDays(10)), withConcurrency);
        var first = await TakeAsync(partitions);
        var (born, expires) = await HeadAsync();
        _now += Second;
        Assert.Equal(8, (await TakeAsync(partitions)).Statuses[0].Remaining);
        Assert.Equal(born, (await HeadAsync()).Born);
        Assert.NotEqual(expires, (await HeadAsync()).Expires);

        await first.RefundAsync(1);
        Assert.Equal(9, first.Statuses[0].Remaining);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Refund_AfterTheClockWasSetBack_ComesBack(string algorithm, bool withConcurrency)
    {
        using var partitions = Create(QuotaOf(algorithm, 10), withConcurrency);
        await TakeAsync(partitions);
        _now -= 10 * Second;
        var second = await TakeAsync(partitions);
        Assert.Equal(8, second.Statuses[0].Remaining);

        await second.RefundAsync(1);
        Assert.Equal(9, second.Statuses[0].Remaining);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Refund_OfADecisionWhoseStateWasLost_ComesBackToNoOther(string algorithm, bool withConcurrency)
    {
        using var partitions = Create(QuotaOf(algorithm, 10), withConcurrency);
        var first = await TakeAsync(partitions);
        await _server.CommandAsync("DEL", _key);
        _now += Second;
        Assert.Equal(5, (await TakeAsync(partitions, permits: 5)).Statuses[0].Remaining);

        await first.RefundAsync(1);
        Assert.Equal(5, (await TakeAsync(partitions, permits: 0)).Statuses[0].Remaining);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Limit_ConfiguredAnew_HoldsAndWhatIsUsedStaysUsed(string algorithm, bool withConcurrency)
    {
        using (var before = Create(QuotaOf(algorithm, 10), withConcurrency))
        {
            Assert.Equal(6, (await TakeAsync(before, permits: 4)).Statuses[0].Remaining);
        }

        using var after = Create(QuotaOf(algorithm, 20), withConcurrency);
        var decision = await TakeAsync(after);
        Assert.Equal((15, 20.0), (decision.Statuses[0].Remaining, decision.Statuses[0].Limit));
        Assert.Equal(14, (await TakeAsync(after)).Statuses[0].Remaining);
    }

    private static Quota QuotaOf(string algorithm, double limit) => Quotas.Of(algorithm, limit, Durations.Hour);

    private static async Task<TestedDecision> TakeAsync(RedisPartitions partitions, int permits = 1)
    {
        var decision = new RateLimitDecision { Principal = s_alice };
        long[] costs = partitions.SupportsBatches ? [permits] : [permits, permits];
        await partitions.AcquireAsync(new AcquireArguments(s_alice, costs, default), decision);
        return new(partitions, decision, costs.Length, RateLimitClock.For(TimeProvider.System));
    }

    private RedisPartitions Create(Quota quota, bool withConcurrency)
    {
        var context = TestPlan.Create(new ManualTimeProvider(), _policy, withConcurrency ? [quota, Quota.Concurrency("at once", 100)] : [quota]);
        _key = new RedisKeys(context.Plan, new()).Of(s_alice)!;
        return RedisTesting.PartitionsOf(context, new TimedRunner(_runner, () => _now));
    }

    /// <summary>Reads what stands before the quotas: since when the state is kept, and until when.</summary>
    private async Task<(long Born, long Expires)> HeadAsync()
    {
        var state = Encoding.Latin1.GetBytes(await _server.CommandAsync("GET", _key));
        return ((long)BinaryPrimitives.ReadDoubleLittleEndian(state), (long)BinaryPrimitives.ReadDoubleLittleEndian(state.AsSpan(sizeof(double))));
    }
}
