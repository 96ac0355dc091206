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

    public bool TakesAllSlots => true;

    public int Calls => Volatile.Read(ref _calls);

    public static async Task<DirectGateway> ConnectAsync(RedisServer server) =>
        new((await ConnectionMultiplexer.ConnectAsync(server.Configuration)).GetDatabase());

    /// <summary>Gets another one over the same connection, with a count of its own.</summary>
    public DirectGateway Share() => new(database);

    public async ValueTask<RedisResult?> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] values)
    {
        Interlocked.Increment(ref _calls);
        if (!IsAvailable || IsSilent)
        {
            return null;
        }

        var isLate = IsLate;
        try
        {
            var answer = await database.ScriptEvaluateAsync(script.Hash, keys, values);
            return isLate ? null : answer;
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return await database.ScriptEvaluateAsync(script.Text, keys, values);
        }
    }

    public void Dispose() => database.Multiplexer.Close();
}
