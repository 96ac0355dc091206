using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Runs scripts in a real server, and counts them; a test may have them fail or come late.</summary>
internal sealed class TestedRunner(IScriptRunner runner) : IScriptRunner
{
    private int _calls;

    public bool SeesAllKeys => runner.SeesAllKeys;

    /// <summary>Gets how many scripts were run.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Gets or sets what calls throw instead of being made.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Gets or sets what hears the keys of each call.</summary>
    public Action<RedisKey[]>? OnCall { get; set; }

    /// <summary>Uses a connection of its own.</summary>
    public static async Task<TestedRunner> ConnectAsync(RedisServer server, bool? groupsCalls = true)
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(server.Configuration);
        return new(new ScriptRunner(RedisConnection.Of(multiplexer), groupsCalls));
    }

    /// <summary>Gets another one over the same connection, with a count of its own.</summary>
    public TestedRunner Share() => new(runner);

    public Task<RedisResult> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] values)
    {
        Interlocked.Increment(ref _calls);
        OnCall?.Invoke(keys);
        return Failure is null ? runner.RunAsync(script, keys, values) : Task.FromException<RedisResult>(Failure);
    }

    public Task DeleteAsync(RedisKey key) => runner.DeleteAsync(key);
}
