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
        await using var cluster = await RedisCluster.StartAsync();
        var options = new RedisStoreOptions { Deadline = s_deadline };
        using var gateway = await RedisTesting.OpenGatewayAsync(cluster.Configuration, options);
        var plan = TestPlan.Create(TimeProvider.System, "cluster", Quota.FixedWindow("daily", Limit, TimeSpan.FromDays(1)));
        using var counter = new RedisQuotaCounter(plan, gateway, TakeGroups.Of(gateway, options), options, Fallback.Create(options, plan));
        await CountsInRedisAsync(gateway, counter);

        await cluster.Nodes[1].StopAsync();
        var longest = TimeSpan.Zero;
        for (var round = 0; round < 20; round++)
        {
            foreach (var caller in All())
            {
                var start = TimeProvider.System.GetTimestamp();
                using var lease = await counter.AcquireAsync(caller, 1, []);
                Assert.True(lease.IsAcquired && !lease.IsUnavailable && lease.Statuses[0].Remaining < Limit);
                var took = TimeProvider.System.GetElapsedTime(start);
                longest = took > longest ? took : longest;
            }
        }

        Assert.False(gateway.IsAvailable);
        output.WriteLine($"{20 * Callers} requests while a node was down: all answered, the longest after {longest.TotalMilliseconds:0} ms of {s_deadline.TotalMilliseconds:0}");
        Assert.InRange(longest, TimeSpan.Zero, 3 * s_deadline);

        await cluster.Nodes[1].StartAgainAsync();
        await CountsInRedisAsync(gateway, counter);
    }

    private static IEnumerable<RateLimitPrincipal> All() => Enumerable.Range(0, Callers).Select(i => new RateLimitPrincipal("user", $"caller-{i}"));

    /// <summary>Waits until callers of all nodes are counted in Redis, and stay so.</summary>
    private static async Task CountsInRedisAsync(ScriptGateway gateway, RedisQuotaCounter counter)
    {
        for (var (inARow, attempt) = (0, 0); inARow < 3; attempt++)
        {
            Assert.True(attempt < 400, $"It does not count in Redis within 20 s: {gateway.Outage}");
            foreach (var caller in All())
            {
                using var lease = await counter.AcquireAsync(caller, 1, []);
            }

            inARow = gateway.IsAvailable ? inARow + 1 : 0;
            await Task.Delay(gateway.IsAvailable ? 0 : 50);
        }
    }
}
