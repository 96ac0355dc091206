using System.Net;
using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A server that dies, and whose replica the sentinels put in its place.</summary>
[Collection(Alone.Name)]
public class SentinelTests(ITestOutputHelper output)
{
    private const int Limit = 1_000_000;

    // Sentinels agree after two seconds that a server is dead, and try again after 6 s if they do not agree on which of them acts.
    // Those that are late themselves, on a busy machine, do nothing for half a minute.
    private static readonly TimeSpan s_mostTime = TimeSpan.FromSeconds(90);

    // Long enough that a busy machine does not look like an outage before there is one.
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Master_DiesUnderLoad_RequestsAreAnsweredAndCountedByTheReplica()
    {
        await using var sentinels = await RedisSentinels.StartAsync();
        await using var api = await RedisApi.StartAsync(Limit, builder => builder.AddRedis(sentinels.Configuration, redis => redis.Deadline = s_deadline));
        await api.WaitUntilCountingAsync();

        var load = Load.Start(async () => (await api.GetAsync()) is (HttpStatusCode.OK, < Limit));
        await UntilAsync(async () => load.Calls > 500 && await UsedOnAsync(sentinels.Replica) > 0, "The replica does not follow");

        var counted = load.Calls;
        await sentinels.Master.StopAsync();
        var start = TimeProvider.System.GetTimestamp();
        await UntilAsync(() => Task.FromResult(!api.Guard.IsAvailable), "The outage is not noticed");
        var before = load.Calls;
        await UntilAsync(
            async () => api.Guard.IsAvailable && (await CommandStatistics.ReadAsync(sentinels.Replica)).Scripts > 100, "The replica does not count");
        var took = TimeProvider.System.GetElapsedTime(start);
        await load.StopAsync();

        output.WriteLine($"The replica counts {took.TotalSeconds:0.0} s after the server died. {load.Describe()}");
        Assert.Equal((0, "role:master"), (load.Unanswered, await RoleAsync(sentinels.Replica)));
        Assert.True(load.Calls > before);

        // It goes on from what the dead server had sent to it, which lacks little.
        Assert.InRange((await api.GetAsync()).Remaining!.Value, 0, Limit - (counted / 2));
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo, string problem)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < s_mostTime, $"{problem} within {s_mostTime.TotalSeconds} s.");
            await Task.Delay(20);
        }
    }

    private static async Task<int> UsedOnAsync(RedisServer server) =>
        (await server.CommandAsync("KEYS", "ratelimit:*:*:*:*")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

    private static async Task<string> RoleAsync(RedisServer server) =>
        (await server.CommandAsync("INFO", "replication")).Split('\n').Select(line => line.Trim()).Single(line => line.StartsWith("role:", StringComparison.Ordinal));
}
