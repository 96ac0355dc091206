using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Requests that come at the same moment, and share calls.</summary>
public class GroupedCallsTests(ITestOutputHelper output)
{
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
        using var counter = await TestedCounter.CreateAsync(s_quotas);
        var leases = await Task.WhenAll(
            Enumerable.Range(0, Attempts).SelectMany(_ => Enumerable.Range(0, Callers)).Select(caller => Task.Run(() => counter.TakeAsync(id: $"user-{caller}"))));

        foreach (var ofOne in leases.Select((lease, i) => (lease, i)).GroupBy(each => each.i % Callers, each => each.lease))
        {
            // Each sees another number remaining, down to the last; who is refused sees none.
            Assert.Equal(Enumerable.Range(0, 20).Select(n => (long)n), ofOne.Where(lease => lease.IsAcquired).Select(lease => lease.Statuses[2].Remaining).Order());
            Assert.All(ofOne.Where(lease => !lease.IsAcquired), lease => Assert.Equal((0, TimeSpan.FromSeconds(3)), (lease.Statuses[2].Remaining, lease.RetryAfter)));
        }

        // How many share one depends on how busy the machine is.
        output.WriteLine($"{Callers * Attempts} attempts in {counter.Gateway.Calls} calls");
        Assert.InRange(counter.Gateway.Calls, 1, Callers * Attempts * 3 / 4);
    }

    [Fact]
    public async Task SeveralCallers_InGroups_AreAnsweredAsOneByOne()
    {
        var random = new Random(1);
        using var grouped = await TestedCounter.CreateAsync(s_quotas);
        using var single = await TestedCounter.CreateAsync(new RedisStoreOptions { GroupCalls = false }, s_quotas);
        for (var round = 0; round < 100; round++)
        {
            var wait = TimeSpan.FromSeconds(random.Next(40) * random.Next(40));
            grouped.Clock.Advance(wait);
            single.Clock.Advance(wait);
            var asked = Enumerable.Range(0, 20).Select(i => (Id: $"user-{i}", Permits: random.Next(4), Limit: random.Next(5) == 0 ? 15 + random.Next(20) : double.NaN)).ToArray();
            var together = await Task.WhenAll(asked.Select(one => grouped.TakeAsync(one.Permits, one.Id, one.Limit, double.NaN, one.Limit)));
            for (var i = 0; i < asked.Length; i++)
            {
                var alone = await single.TakeAsync(asked[i].Permits, asked[i].Id, asked[i].Limit, double.NaN, asked[i].Limit);
                Assert.Equal(Says(alone), Says(together[i]));
            }
        }

        output.WriteLine($"{single.Gateway.Calls} requests in {grouped.Gateway.Calls} calls");
        Assert.InRange(grouped.Gateway.Calls, 1, single.Gateway.Calls * 3 / 4);
    }

    [Fact]
    public async Task Redis_DoesNotAnswer_ServesAllFromTheFallback()
    {
        using var counter = await TestedCounter.CreateAsync(new RedisStoreOptions { WhenUnavailable = WhenRedisUnavailable.Admit }, s_quotas);
        counter.Gateway.IsSilent = true;
        var leases = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => counter.TakeAsync(id: $"user-{i}")));
        Assert.All(leases, lease => Assert.True(lease.IsAcquired && lease.Statuses.IsEmpty));
    }

    [Fact]
    public async Task Key_ThatHoldsSomethingElse_FailsForItsCallerAlone()
    {
        await using var server = await RedisServer.StartAsync();
        var options = RedisTesting.OptionsOf(clock: null);
        using var gateway = await RedisTesting.OpenGatewayAsync(server.Configuration, options);
        var plan = TestPlan.Create(TimeProvider.System, "api", s_quotas);
        using var counter = new RedisQuotaCounter(plan, gateway, TakeGroups.Of(gateway, options), options, Fallback.Create(options, plan));
        await RedisTesting.CountsInRedisAsync(counter);
        var foreign = new PartitionKeys(plan, new RedisStoreOptions()).Of(new RateLimitPrincipal("user", "user-7")).Keys[0];
        await server.CommandAsync("LPUSH", foreign!, "something");

        var leases = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => counter.AcquireAsync(new RateLimitPrincipal("user", $"user-{i}"), 1, []).AsTask()));
        for (var i = 0; i < leases.Length; i++)
        {
            Assert.Equal((i == 7, i == 7 ? 0 : 3), (leases[i].IsUnavailable, leases[i].Statuses.Length));
        }

        Assert.StartsWith("WRONGTYPE", gateway.RecentFault?.Reason, StringComparison.Ordinal);
        Assert.Equal("something", await server.CommandAsync("LPOP", foreign!));
    }

    [Fact]
    public async Task Plans_OverOneConnection_ShareCalls()
    {
        const int Callers = 20;
        const int Attempts = 10;
        var clock = new ManualTimeProvider();
        var gateway = await DirectGateway.ConnectAsync(await SharedRedis.GetAsync());
        var most = 0;
        gateway.OnCall = keys => InterlockedMax(ref most, keys.Select(key => ((string)key!).Split(':')[1]).Distinct().Count());
        using var store = new RedisQuotaStore(RedisTesting.OptionsOf(clock), [], _ => gateway);
        QuotaCounter[] counters = [.. Enumerable.Range(0, 3).Select(i => store.CreateCounter(TestPlan.Create(clock, $"grouped-{i}", Quota.FixedWindow("daily", i + Attempts, TimeSpan.FromDays(1)))))];
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var leases = await Task.WhenAll(
                from caller in Enumerable.Range(0, Callers)
                from counter in counters
                select counter.AcquireAsync(new RateLimitPrincipal("user", $"user-{caller}"), 1, []).AsTask());
            Assert.All(leases.Index(), each => Assert.Equal((each.Index % 3) + Attempts - attempt, each.Item.Statuses[0].Remaining));
        }

        output.WriteLine($"{Callers * Attempts * 3} requests in {gateway.Calls} calls");
        Assert.Equal(3, most);
    }

    [Fact]
    public async Task Cluster_RefusesKeysOfSeveralSlots_AndIsAskedForEachAlone()
    {
        await using var cluster = await RedisCluster.StartAsync();
        using var gateway = await RedisTesting.OpenGatewayAsync(cluster.Configuration, RedisTesting.OptionsOf(clock: null));
        await CountsEachAloneAsync(gateway);

        // That it is a cluster is nothing to report.
        Assert.Null(gateway.RecentFault);
    }

    [Fact]
    public async Task Proxy_ThatSpreadsKeys_IsAskedForEachAlone()
    {
        await using var one = await RedisServer.StartAsync();
        await using var other = await RedisServer.StartAsync();
        await using var proxy = SpreadingProxy.Start(0, one, other);
        using var gateway = await RedisTesting.OpenGatewayAsync(proxy.Configuration, RedisTesting.OptionsOf(clock: null));
        await CountsEachAloneAsync(gateway);
        Assert.Null(gateway.RecentFault);

        // It does spread them.
        Assert.All([await KeysOfAsync(one), await KeysOfAsync(other)], keys => Assert.InRange(keys, 20, 80));
    }

    [Fact]
    public async Task Server_ThatTakesSeveralKeysNoLonger_IsAskedForEachAloneFromThenOn()
    {
        const int Callers = 100;
        await using var server = await RedisServer.StartAsync();
        await using var proxy = SpreadingProxy.Start(0, server);
        var options = RedisTesting.OptionsOf(clock: null);
        using var gateway = await RedisTesting.OpenGatewayAsync(proxy.Configuration, options);
        var plan = TestPlan.Create(TimeProvider.System, "no-longer", s_quotas);
        using var counter = new RedisQuotaCounter(plan, gateway, TakeGroups.Of(gateway, options), options, Fallback.Create(options, plan));
        await RedisTesting.CountsInRedisAsync(counter);
        Assert.True(gateway.SeesAllKeys());

        proxy.RefusesSeveralKeys = true;
        var refused = 0;
        for (var attempt = 0; refused == 0; attempt++)
        {
            Assert.True(attempt < 100, "There was no group in 10,000 requests.");
            var leases = await Task.WhenAll(Enumerable.Range(0, Callers).Select(i => counter.AcquireAsync(new RateLimitPrincipal("user", $"first-{i}"), 1, []).AsTask()));
            refused += leases.Count(lease => lease.IsUnavailable);
        }

        // Who was in such a group got what there is while Redis cannot count; in this test, a refusal.
        Assert.StartsWith("CROSSSLOT", gateway.RecentFault?.Reason, StringComparison.Ordinal);
        await CountsEachAloneAsync(gateway);
    }

    private static async Task<int> KeysOfAsync(RedisServer server) =>
        (await server.CommandAsync("KEYS", "ratelimit:alone:*")).Split('\n').Length;

    private static void InterlockedMax(ref int most, int value)
    {
        for (var known = Volatile.Read(ref most); value > known; known = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, known);
        }
    }

    private static async Task CountsEachAloneAsync(ScriptGateway gateway)
    {
        const int Callers = 100;
        const int Limit = 5;
        var options = RedisTesting.OptionsOf(clock: null);
        var plan = TestPlan.Create(TimeProvider.System, "alone", Quota.FixedWindow("daily", Limit, TimeSpan.FromDays(1)));
        using var counter = new RedisQuotaCounter(plan, gateway, TakeGroups.Of(gateway, options), options, Fallback.Create(options, plan));
        await RedisTesting.CountsInRedisAsync(counter);

        for (var attempt = 1; attempt <= Limit + 1; attempt++)
        {
            var leases = await Task.WhenAll(Enumerable.Range(0, Callers).Select(i => counter.AcquireAsync(new RateLimitPrincipal("user", $"user-{i}"), 1, []).AsTask()));
            Assert.All(leases, lease => Assert.Equal((attempt <= Limit, Math.Max(0, Limit - attempt)), (lease.IsAcquired, lease.Statuses[0].Remaining)));
        }

        Assert.False(gateway.SeesAllKeys());
    }

    private static string Says(ExternalLease lease) =>
        $"{lease.IsAcquired} {lease.RetryAfter} {string.Join("; ", lease.Statuses.ToArray().Select(s => $"{s.Remaining} of {s.Limit}, more {s.UntilMore}, all {s.UntilAll}, {s.IsViolated}"))}";
}
