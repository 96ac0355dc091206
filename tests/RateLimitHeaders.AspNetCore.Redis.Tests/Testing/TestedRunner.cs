using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Runs scripts in a real server, and counts them; a test may have them fail or come late.</summary>
internal sealed class TestedRunner(IScriptRunner runner) : IScriptRunner
{
    // On no thread of a test, since others may wait for it with theirs.
    private static readonly Lazy<Task<TestedRunner>> s_shared = new(() => Task.Run(async () => await ConnectAsync(await SharedRedis.GetAsync())));

    private int _calls;

    public bool SeesAllKeys => runner.SeesAllKeys;

    public bool SeesSlots => runner.SeesSlots;

    /// <summary>Gets how many scripts were run.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Gets or sets what calls throw instead of being made.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Gets or sets a value indicating whether calls are made, and their answers are lost.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>Gets or sets a value indicating whether some answers come later than those to later calls.</summary>
    public bool OvertakesAnswers { get; set; }

    /// <summary>Gets or sets what hears the keys of each call.</summary>
    public Action<RedisKey[]>? OnCall { get; set; }

    /// <summary>Gets one over the connection that tests share, with a count of its own.</summary>
    public static async Task<TestedRunner> SharedAsync() => (await s_shared.Value).Share();

    /// <summary>Does the same where nothing can be awaited.</summary>
    public static TestedRunner Shared() => s_shared.Value.GetAwaiter().GetResult().Share();

    /// <summary>Uses a connection of its own.</summary>
    public static async Task<TestedRunner> ConnectAsync(RedisServer server, bool? groupsCalls = true)
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(server.Configuration);
        return new(new ScriptRunner(new RedisConnection(() => Task.FromResult<IConnectionMultiplexer>(multiplexer), isOwn: false), groupsCalls));
    }

    /// <summary>Gets another one over the same connection, with a count of its own.</summary>
    public TestedRunner Share() => new(runner);

    public async Task<RedisResult> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] values)
    {
        Interlocked.Increment(ref _calls);
        OnCall?.Invoke(keys);
        if (Failure is not null)
        {
            throw Failure;
        }

        var losesAnswer = LosesAnswers;
        var answer = await runner.RunAsync(script, keys, values);
        if (OvertakesAnswers && Random.Shared.Next(3) == 0)
        {
            await Task.Delay(1);
        }

        return losesAnswer ? throw new RateLimitStoreException(StoreFailureKind.Connection, "The answer is lost.") : answer;
    }
}
