using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Runs scripts without a deadline or a circuit, and counts them; a test may have it give no answer.</summary>
internal sealed class DirectGateway(IDatabase database) : IScriptGateway
{
    private int _calls;

    public bool IsAvailable { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether calls come to nothing, as at a deadline.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Gets or sets a value indicating whether calls are done, and nobody hears of it, as after a deadline.</summary>
    public bool IsLate { get; set; }

    /// <summary>Gets or sets what calls wait for before they are answered, as by a slow server.</summary>
    public Task Answers { get; set; } = Task.CompletedTask;

    /// <summary>Gets or sets a value indicating whether some answers come later than those to later calls.</summary>
    public bool OvertakesAnswers { get; set; }

    /// <summary>Gets or sets what hears the keys of each call.</summary>
    public Action<RedisKey[]>? OnCall { get; set; }

    public bool SeesAllKeys() => true;

    public int Calls => Volatile.Read(ref _calls);

    public static async Task<DirectGateway> ConnectAsync(RedisServer server) =>
        new((await ConnectionMultiplexer.ConnectAsync(server.Configuration)).GetDatabase());

    /// <summary>Gets another one over the same connection, with a count of its own.</summary>
    public DirectGateway Share() => new(database);

    public async ValueTask<RedisResult?> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] values)
    {
        Interlocked.Increment(ref _calls);
        OnCall?.Invoke(keys);
        if (!IsAvailable || IsSilent)
        {
            return null;
        }

        var (isLate, answers) = (IsLate, Answers);
        var answer = await EvaluateAsync(script, keys, values);
        await answers;

        // Not on the thread of the client library that completes one answer after the other: tests may block this one.
        await Task.Yield();
        if (OvertakesAnswers && Random.Shared.Next(3) == 0)
        {
            await Task.Delay(1);
        }

        return isLate ? null : answer;
    }

    public void Dispose() => database.Multiplexer.Close();

    private async Task<RedisResult> EvaluateAsync(RedisScript script, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return await database.ScriptEvaluateAsync(script.Hash, keys, values);
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return await database.ScriptEvaluateAsync(script.Text, keys, values);
        }
    }
}
