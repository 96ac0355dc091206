using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A cluster that loses a node: an outage of one is taken for one of all, and ends when that one is back.</summary>
[Collection(Alone.Name)]
public class ClusterOutageTests(ITestOutputHelper output)
{
    private const int Callers = 60;
    private const int Limit = 1_000_000;

    private static readonly TimeSpan s_deadline = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task OneNode_StopsAndStarts_AllCallersAreAnsweredInTimeAndCountedThereAgain()
    {
        await using var cluster = await RedisCluster.StartAsync(losesNodes: true);
        using var store = new RedisStore(new RedisStoreOptions { Configuration = cluster.Configuration, Deadline = s_deadline }, open: null);
        var (guard, partitions) = await RedisTesting.CreateAsync(store, "cluster", Quota.FixedWindow("daily", Limit, TimeSpan.FromDays(1)));
        using var disposedFirst = guard;
        using var disposed = partitions;
        await CountsInRedisAsync(guard, partitions);

        await cluster.Nodes[1].StopAsync();
        var longest = TimeSpan.Zero;
        for (var round = 0; round < 20; round++)
        {
            foreach (var caller in All())
            {
                var start = TimeProvider.System.GetTimestamp();
                var decision = await partitions.TakeAsync(caller);
                Assert.True(decision.IsAcquired && decision.Statuses[0].Remaining < Limit);
                var took = TimeProvider.System.GetElapsedTime(start);
                longest = took > longest ? took : longest;
            }
        }

        Assert.False(guard.IsAvailable);

        // The client looks for the node for a while, and tells the cause then; unless the other nodes have given it up before.
        await Eventually.IsTrueAsync(
            () => guard.Outage!.Cause.Reason is var reason
                && (reason.Contains($":{cluster.Nodes[1].Port}", StringComparison.Ordinal) || reason.StartsWith("CLUSTERDOWN", StringComparison.Ordinal)),
            "The reason is not told.");
        output.WriteLine($"{20 * Callers} requests while a node was down: all answered, the longest after {longest.TotalMilliseconds:0} ms of {s_deadline.TotalMilliseconds:0}");

        // Less than the five seconds after which the client gives a call up; the machine may be busy with others.
        Assert.InRange(longest, TimeSpan.Zero, TimeSpan.FromSeconds(4.5));

        await cluster.Nodes[1].StartAgainAsync();
        await CountsInRedisAsync(guard, partitions);
    }

    private static IEnumerable<RateLimitPrincipal> All() => Enumerable.Range(0, Callers).Select(i => new RateLimitPrincipal("user", $"caller-{i}"));

    /// <summary>Waits until callers of all nodes are counted in Redis, and stay so.</summary>
    private static async Task CountsInRedisAsync(StoreGuard guard, PlanPartitions partitions)
    {
        for (var (inARow, attempt) = (0, 0); inARow < 3; attempt++)
        {
            Assert.True(attempt < 1_200, $"It does not count in Redis within a minute: {guard.Outage}");
            foreach (var caller in All())
            {
                await partitions.TakeAsync(caller);
            }

            inARow = guard.IsAvailable ? inARow + 1 : 0;
            await Task.Delay(guard.IsAvailable ? 0 : 50);
        }
    }
}
