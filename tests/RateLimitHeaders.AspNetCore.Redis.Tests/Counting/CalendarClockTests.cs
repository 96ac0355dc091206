using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>
/// Windows of the calendar where the clock of Redis is not that of the server: that of Redis decides, whichever side of a
/// boundary the server is. Each script is asked.
/// </summary>
public sealed class CalendarClockTests : IAsyncLifetime
{
    private const int Limit = 10;

    private static int s_plans;

    private readonly ManualTimeProvider _server = new();
    private TestedRunner _runner = null!;
    private long _redis;

    public async Task InitializeAsync() => _runner = await TestedRunner.SharedAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(false, "2026-06-01T00:00:00.5Z")]
    [InlineData(true, "2026-06-01T00:00:00.5Z")]
    [InlineData(false, "2026-05-31T23:59:58Z")]
    [InlineData(true, "2026-05-31T23:59:58Z")]
    public async Task Boundary_OfRedis_IsTheOneThatCounts(bool withConcurrency, string server)
    {
        using var partitions = Create(withConcurrency, server, redis: "2026-05-31T23:59:59.5Z");
        var may = await TakeAsync(partitions, "alice", Limit);
        Assert.Equal((true, TimeSpan.FromSeconds(0.5), TimeSpan.FromDays(31)), Says(may));
        Assert.Equal(TimeSpan.FromSeconds(0.5), (await TakeAsync(partitions, "alice")).RetryAfter);

        _redis += 499_999;
        Assert.Equal(TimeSpan.FromMicroseconds(1), (await TakeAsync(partitions, "alice")).RetryAfter);
        _redis++;
        Assert.Equal((true, TimeSpan.FromDays(30), TimeSpan.FromDays(30)), Says(await TakeAsync(partitions, "alice", Limit)));
        Assert.Equal(TimeSpan.FromDays(30), (await TakeAsync(partitions, "alice")).RetryAfter);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Redis_AheadOfTheServer_OpensTheNextWindow(bool withConcurrency)
    {
        using var partitions = Create(withConcurrency, server: "2026-05-31T23:59:59.5Z", redis: "2026-06-01T00:00:00.5Z");
        var june = await TakeAsync(partitions, "alice", Limit);
        Assert.Equal((true, TimeSpan.FromDays(30) - TimeSpan.FromSeconds(0.5), TimeSpan.FromDays(30)), Says(june));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Redis_SetBackOverABoundary_GivesNoWindowTwice(bool withConcurrency)
    {
        using var partitions = Create(withConcurrency, server: "2026-06-01T00:00:00Z", redis: "2026-06-01T00:00:00Z");
        Assert.True((await TakeAsync(partitions, "alice", Limit)).IsAcquired);
        _redis -= 1_000_000;
        Assert.Equal(TimeSpan.FromDays(30) + TimeSpan.FromSeconds(1), (await TakeAsync(partitions, "alice")).RetryAfter);
        _redis += 1_000_000;
        Assert.Equal(TimeSpan.FromDays(30), (await TakeAsync(partitions, "alice")).RetryAfter);

        // By more than half a window: the clock was wrong before, and no caller waits for two windows.
        _redis -= 20L * 24 * 3_600 * 1_000_000;
        Assert.Equal(TimeSpan.FromDays(20), (await TakeAsync(partitions, "alice")).RetryAfter);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Server_WhoseClockIsYearsOff_UsesTheClockOfRedis(bool withConcurrency)
    {
        using var partitions = Create(withConcurrency, server: "2026-05-23T14:07:13Z", redis: "2028-02-10T00:00:00Z");
        Assert.True((await TakeAsync(partitions, "alice", Limit)).IsAcquired);
        Assert.Equal((true, TimeSpan.FromDays(20), TimeSpan.FromDays(29)), Says(await TakeAsync(partitions, "bob", Limit)));
        _redis += 20L * 24 * 3_600 * 1_000_000;
        _server.Advance(TimeSpan.FromDays(20));
        Assert.Equal((true, TimeSpan.FromDays(31), TimeSpan.FromDays(31)), Says(await TakeAsync(partitions, "bob", Limit)));
    }

    private static (bool IsAcquired, TimeSpan? UntilAll, TimeSpan? Window) Says(TestedDecision decision) =>
        (decision.IsAcquired, decision.Statuses[0].UntilAll, decision.Statuses[0].Quota.Window);

    private static async Task<TestedDecision> TakeAsync(RedisPartitions partitions, string id, int permits = 1)
    {
        var principal = new RateLimitPrincipal("user", id);
        var decision = new RateLimitDecision { Principal = principal };
        long[] costs = partitions.SupportsBatches ? [permits] : [permits, 0];
        await partitions.AcquireAsync(new AcquireArguments(principal, costs, default), decision);
        return new(partitions, decision, costs.Length, RateLimitClock.For(TimeProvider.System));
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private RedisPartitions Create(bool withConcurrency, string server, string redis)
    {
        _server.Advance(At(server) - _server.GetUtcNow());
        _redis = (At(redis) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var quota = Quota.CalendarWindow("monthly", Limit, CalendarPeriod.Month);
        Quota[] quotas = withConcurrency ? [quota, Quota.Concurrency("at once", Limit)] : [quota];
        var context = TestPlan.Create(_server, $"calendar{Interlocked.Increment(ref s_plans)}", quotas);
        return RedisTesting.PartitionsOf(context, new TimedRunner(_runner, () => _redis));
    }
}
