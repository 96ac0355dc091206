using System.Diagnostics.Metrics;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A gateway with its log, and a script that counts and says how far it has got.</summary>
internal sealed class TestedGateway : IDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(100);

    public static readonly RedisScript Count = new("local n = redis.call('INCR', KEYS[1]) redis.call('PEXPIRE', KEYS[1], 60000) return n");

    public TestedGateway(RedisConnection connection, TimeSpan? deadline = null, TimeProvider? timeProvider = null, IMeterFactory? meters = null, bool sharesCalls = false)
    {
        Gateway = new ScriptGateway(
            connection,
            new GatewaySettings(deadline ?? Deadline, "test", "limits are counted in this server's memory", SharesCalls: sharesCalls),
            timeProvider ?? TimeProvider.System,
            Log,
            new RedisMetrics(meters));
    }

    public ScriptGateway Gateway { get; }

    public RecordedLog Log { get; } = new();

    /// <summary>Connects to a server, and waits until it counts.</summary>
    public static async Task<TestedGateway> ConnectAsync(RedisServer server, TimeSpan? deadline = null)
    {
        var tested = new TestedGateway(RedisConnection.Of(server.Configuration), deadline);
        tested.Gateway.Start();
        await tested.Gateway.WarmUp;
        await tested.WaitUntilCountingAsync();

        // The first calls of a process are slow on a busy machine, and may miss the deadline: then it says that it is back.
        while (tested.Log.Ids.Count(id => id == EventIds.Unavailable) > tested.Log.Ids.Count(id => id == EventIds.Available))
        {
            await Task.Delay(5);
        }

        tested.Log.Clear();
        return tested;
    }

    public async Task<long?> CountAsync(string key = "test:{counter}") => await RunAsync(Count, key) is { } answer ? (long)answer : null;

    public ValueTask<RedisResult?> RunAsync(RedisScript script, string key) => Gateway.RunAsync(script, [key], []);

    /// <summary>Counts until it works.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> WaitUntilCountingAsync()
    {
        var start = TimeProvider.System.GetTimestamp();
        while (await CountAsync("test:{start}") is null)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(20), "It does not count again within 20 s.");
            await Task.Delay(5);
        }

        return TimeProvider.System.GetElapsedTime(start);
    }

    public void Dispose() => Gateway.Dispose();
}
