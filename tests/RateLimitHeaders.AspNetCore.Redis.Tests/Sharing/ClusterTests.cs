using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class ClusterTests(ITestOutputHelper output)
{
    [Fact]
    public async Task OneNode_ThatDropsKeys_IsFoundAmongTheThree()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await cluster.Nodes[1].CommandAsync("CONFIG", "SET", "maxmemory", "1gb");
        await cluster.Nodes[1].CommandAsync("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu");
        using var store = new RedisStore(new RedisStoreOptions { Configuration = cluster.Configuration }, open: null);
        using var partitions = store.CreatePartitions(TestPlan.Create(TimeProvider.System, "cluster", Quota.FixedWindow("q", 5, TimeSpan.FromDays(1))));
        await RedisTesting.CountsInRedisAsync(partitions);

        var finding = Assert.Single(await store.InspectAsync(CancellationToken.None));
        Assert.StartsWith($"127.0.0.1:{cluster.Nodes[1].Port} has the maxmemory-policy allkeys-lfu: ", finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThreeNodes_ManyCallers_AreSpreadAndCountedExactly()
    {
        const int Callers = 300;
        const int Limit = 5;
        await using var cluster = await RedisCluster.StartAsync();
        using var store = new RedisStore(new RedisStoreOptions { Configuration = cluster.Configuration }, open: null);
        using var partitions = store.CreatePartitions(TestPlan.Create(
            TimeProvider.System,
            "cluster",
            Quota.FixedWindow("daily", Limit, TimeSpan.FromDays(1)),
            Quota.SlidingWindow("hourly", 100, TimeSpan.FromHours(1)),
            Quota.TokenBucket("burst", 100, TimeSpan.FromMinutes(1))));
        await RedisTesting.CountsInRedisAsync(partitions);
        foreach (var node in cluster.Nodes)
        {
            await node.CommandAsync("FLUSHALL");
            await CommandStatistics.ResetAsync(node);
        }

        await Parallel.ForEachAsync(Enumerable.Range(0, Callers), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var caller = new RateLimitPrincipal("user", $"caller-{i}");
            for (var attempt = 1; attempt <= Limit + 1; attempt++)
            {
                var decision = await partitions.TakeAsync(caller, quotas: 3);
                Assert.Equal((attempt <= Limit, Math.Max(0, Limit - attempt)), (decision.IsAcquired, decision.Statuses[0].Remaining));
            }
        });

        var keys = 0;
        foreach (var node in cluster.Nodes)
        {
            var held = int.Parse(await node.CommandAsync("DBSIZE"), System.Globalization.CultureInfo.InvariantCulture);
            var statistics = await CommandStatistics.ReadAsync(node);
            output.WriteLine($"Node at {node.Port}: {held} callers, {statistics}");
            Assert.InRange(held, Callers / 6, Callers / 2);
            Assert.Equal(held * (Limit + 1), statistics.Scripts);
            keys += held;
        }

        output.WriteLine($"{Callers} callers, {Callers * (Limit + 1)} attempts, {Callers * Limit} admitted: exactly {Limit} each.");
        Assert.Equal(Callers, keys);
    }
}
