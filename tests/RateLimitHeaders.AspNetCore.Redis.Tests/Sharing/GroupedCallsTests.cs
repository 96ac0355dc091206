using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Requests that come at the same moment, and share calls.</summary>
public class GroupedCallsTests(ITestOutputHelper output)
{
    // A busy machine decides which requests share a call. Some do in one of so many rounds.
    private const int MostRounds = 1_000;

    private static readonly Quota[] s_quotas =
    [
        Quota.FixedWindow("daily", 25.5, TimeSpan.FromDays(1)),
        Quota.SlidingWindow("hourly", 24, TimeSpan.FromHours(1)),
        Quota.TokenBucket("burst", 20, TimeSpan.FromMinutes(1)),
    ];

    [Fact]
    public async Task ManyCallers_AtOnce_ShareCallsAndAreCountedExactly()
    {
        const int Callers = 50;
        const int Attempts = 30;
        using var plan = await TestedPlan.CreateAsync(s_quotas);
        var decisions = await Task.WhenAll(
            Enumerable.Range(0, Attempts).SelectMany(_ => Enumerable.Range(0, Callers)).Select(caller => Task.Run(() => plan.TakeAsync(id: $"user-{caller}"))));

        foreach (var ofOne in decisions.Select((decision, i) => (decision, i)).GroupBy(each => each.i % Callers, each => each.decision))
        {
            // Each sees another number remaining, down to the last; a rejected one sees none.
            Assert.Equal(Enumerable.Range(0, 20).Select(n => (long)n), ofOne.Where(decision => decision.IsAcquired).Select(decision => decision.Statuses[2].Remaining).Order());
            Assert.All(ofOne.Where(decision => !decision.IsAcquired), decision => Assert.Equal((0, TimeSpan.FromSeconds(3)), (decision.Statuses[2].Remaining, decision.RetryAfter)));
        }

        // How many share one depends on how busy the machine is.
        output.WriteLine($"{Callers * Attempts} attempts in {plan.Runner.Calls} calls");
        Assert.InRange(plan.Runner.Calls, 1, Callers * Attempts * 3 / 4);
    }

    [Fact]
    public async Task ColdCallers_UnderLocalBatches_ShareCallsAsInExactMode()
    {
        const int Callers = 500;
        long[] one = [1];
        await using var nodes = new BatchingNodes(new ManualTimeProvider(), new BatchTuning(4_000, TimeSpan.FromSeconds(1), Nodes: 1), Quota.FixedWindow("q", 10, TimeSpan.FromDays(1)));
        var node = nodes.Add(remembersRejections: true);
        var remaining = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var principal = new RateLimitPrincipal("user", $"cold-{caller}");
            var decision = new RateLimitDecision { Principal = principal };
            await node.AcquireAsync(new AcquireArguments(principal, one, default), decision);
            return decision.Statuses[0].Remaining;
        })));

        Assert.All(remaining, left => Assert.Equal(9, left));
        output.WriteLine($"{Callers} requests in {nodes.Runners[0].Calls} calls");
        Assert.InRange(nodes.Runners[0].Calls, 1, Callers * 3 / 4);
    }

    [Fact]
    public async Task SeveralCallers_InGroups_AreAnsweredAsOneByOne()
    {
        var random = new Random(1);
        using var grouped = await TestedPlan.CreateAsync(s_quotas);
        using var single = await TestedPlan.CreateAsync(groupsCalls: false, s_quotas);
        for (var round = 0; round < 100; round++)
        {
            var wait = TimeSpan.FromSeconds(random.Next(40) * random.Next(40));
            grouped.Clock.Advance(wait);
            single.Clock.Advance(wait);
            var asked = Enumerable.Range(0, 20).Select(i => (Id: $"user-{i}", Permits: random.Next(-1, 4), Limit: random.Next(5) == 0 ? 15 + random.Next(20) : double.NaN)).ToArray();
            var together = await Task.WhenAll(asked.Select(one => grouped.TakeAsync(one.Permits, one.Id, one.Limit, double.NaN, one.Limit)));
            for (var i = 0; i < asked.Length; i++)
            {
                var alone = await single.TakeAsync(asked[i].Permits, asked[i].Id, asked[i].Limit, double.NaN, asked[i].Limit);
                Assert.Equal(Says(alone), Says(together[i]));
            }
        }

        output.WriteLine($"{single.Runner.Calls} requests in {grouped.Runner.Calls} calls");
        Assert.InRange(grouped.Runner.Calls, 1, single.Runner.Calls * 3 / 4);
    }

    [Fact]
    public async Task Group_ThatFails_FailsForAllOfItsCallersAlike()
    {
        using var plan = await TestedPlan.CreateAsync(s_quotas);
        var failure = new RateLimitStoreException(StoreFailureKind.Connection, "lost");
        plan.Runner.Failure = failure;
        var most = 0;
        plan.Runner.OnCall = keys => Highest.Raise(ref most, keys.Length);
        for (var round = 0; round < MostRounds && Volatile.Read(ref most) < 2; round++)
        {
            var failed = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
                await Assert.ThrowsAsync<RateLimitStoreException>(() => plan.TakeAsync(id: $"user-{i}"))));
            Assert.All(failed, exception => Assert.Same(failure, exception));
        }

        Assert.InRange(most, 2, 32);
    }

    [Fact]
    public async Task Key_ThatHoldsSomethingElse_FailsForItsCallerAlone()
    {
        using var plan = await TestedPlan.CreateAsync(s_quotas);
        var server = await SharedRedis.GetAsync();
        await server.CommandAsync("LPUSH", plan.KeyOf("user-7"), "something");

        var failures = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Record.ExceptionAsync(() => plan.TakeAsync(id: $"user-{i}"))));
        Assert.All(failures.Index(), failure => Assert.Equal(failure.Index == 7, failure.Item is not null));

        var ofOne = Assert.IsType<RateLimitStoreException>(failures[7]);
        Assert.Equal(StoreFailureKind.Call, ofOne.Kind);
        Assert.StartsWith("WRONGTYPE", ofOne.Message, StringComparison.Ordinal);
        Assert.Equal("something", await server.CommandAsync("LPOP", plan.KeyOf("user-7")));
    }

    [Fact]
    public async Task Plans_OfOneStore_ShareCalls()
    {
        const int Callers = 20;
        const int Attempts = 10;
        var clock = new ManualTimeProvider();
        var runner = await TestedRunner.ConnectAsync(await SharedRedis.GetAsync());
        var most = 0;
        runner.OnCall = keys => Highest.Raise(ref most, keys.Select(key => ((string)key!).Split(':')[1]).Distinct().Count());
        var options = RedisTesting.OptionsOf(clock);
        var timed = new TimedRunner(runner, clock);
        var takes = new TakeGroups(timed);
        RedisPartitions[] plans = [.. Enumerable.Range(0, 3).Select(i => RedisTesting.PartitionsOf(
            TestPlan.Create(clock, $"grouped-{i}", Quota.FixedWindow("daily", i + Attempts, TimeSpan.FromDays(1))), timed, options, takes))];
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var decisions = await Task.WhenAll(
                from caller in Enumerable.Range(0, Callers)
                from plan in plans
                select plan.TakeAsync(new RateLimitPrincipal("user", $"user-{caller}")));
            Assert.All(decisions.Index(), each => Assert.Equal((each.Index % 3) + Attempts - attempt, each.Item.Statuses[0].Remaining));
        }

        output.WriteLine($"{Callers * Attempts * 3} requests in {runner.Calls} calls");
        Assert.Equal(3, most);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task Server_Standalone_GetsSeveralKeysPerCallUnlessSwitchedOff(bool? groupsCalls, bool isGrouped)
    {
        var runner = await TestedRunner.ConnectAsync(await SharedRedis.GetAsync(), groupsCalls);
        Assert.Equal(isGrouped, await CountsExactlyAsync(runner, $"alone-{groupsCalls}"));
    }

    [Fact]
    public async Task Cluster_GetsOneKeyPerCall()
    {
        await using var cluster = await RedisCluster.StartAsync();
        using var connection = RedisConnection.Of(cluster.Configuration);
        Assert.False(await CountsExactlyAsync(new TestedRunner(new ScriptRunner(connection, groupsCalls: null)), "cluster"));
    }

    [Fact]
    public async Task Cluster_RejectingACallWithSeveralKeys_CountsExactly()
    {
        await using var cluster = await RedisCluster.StartAsync();
        using var connection = RedisConnection.Of(cluster.Configuration);
        Assert.True(await CountsExactlyAsync(new TestedRunner(new ScriptRunner(connection, groupsCalls: true)), "cluster"));
    }

    [Fact]
    public async Task Proxy_RejectingACallWithSeveralKeys_CountsExactly()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = SpreadingProxy.Start(0, server);
        proxy.RejectsSeveralKeys = true;
        using var connection = RedisConnection.Of(proxy.Configuration);
        Assert.True(await CountsExactlyAsync(new TestedRunner(new ScriptRunner(connection, groupsCalls: null)), "rejecting"));
    }

    [Fact]
    public async Task Proxy_NamedInTheConnectionString_GetsOneKeyPerCall()
    {
        await using var one = await RedisServer.StartAsync();
        await using var other = await RedisServer.StartAsync();
        await using var proxy = SpreadingProxy.Start(0, one, other);
        using var connection = RedisConnection.Of($"{proxy.Configuration},proxy=Envoyproxy");
        Assert.False(await CountsExactlyAsync(new TestedRunner(new ScriptRunner(connection, groupsCalls: null)), "spread"));

        // It does spread them.
        Assert.All([await KeysOfAsync(one), await KeysOfAsync(other)], keys => Assert.InRange(keys, 20, 80));
    }

    private static async Task<int> KeysOfAsync(RedisServer server) =>
        (await server.CommandAsync("KEYS", "ratelimit:spread:*")).Split('\n').Length;

    /// <summary>Counts many callers at once.</summary>
    /// <returns>Whether a call had several keys.</returns>
    private static async Task<bool> CountsExactlyAsync(TestedRunner runner, string policyName)
    {
        const int Callers = 100;
        const int Limit = 5;
        var groups = 0;
        runner.OnCall = keys => groups += keys.Length > 1 ? 1 : 0;
        var context = TestPlan.Create(TimeProvider.System, policyName, Quota.FixedWindow("daily", Limit, TimeSpan.FromDays(1)));
        using var partitions = RedisTesting.PartitionsOf(context, runner);
        await RedisTesting.CountsInRedisAsync(partitions);
        for (var attempt = 1; attempt <= Limit + 1; attempt++)
        {
            var decisions = await Task.WhenAll(Enumerable.Range(0, Callers).Select(i => partitions.TakeAsync(new RateLimitPrincipal("user", $"user-{i}"))));
            Assert.All(decisions, decision => Assert.Equal((attempt <= Limit, Math.Max(0, Limit - attempt)), (decision.IsAcquired, decision.Statuses[0].Remaining)));
        }

        return groups > 0;
    }

    private static string Says(TestedDecision decision) =>
        $"{decision.IsAcquired} {decision.RetryAfter} {string.Join("; ", decision.Statuses.ToArray().Select(s => $"{s.Remaining} of {s.Limit}, more {s.UntilMore}, all {s.UntilAll}, {s.IsViolated}"))}";
}
