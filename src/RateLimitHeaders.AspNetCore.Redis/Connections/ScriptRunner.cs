using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Runs scripts over a connection of StackExchange.Redis.</summary>
/// <param name="connection">The connection.</param>
/// <param name="groupsCalls">Whether a call may have the keys of several callers; <see langword="null"/> if that depends on the connection.</param>
internal sealed class ScriptRunner(RedisConnection connection, bool? groupsCalls) : IScriptRunner
{
    public bool SeesAllKeys => groupsCalls ?? connection.IsStandalone;

    public bool SeesSlots => SeesAllKeys || connection.IsCluster;

    public async Task<RedisResult> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            var database = await connection.OpenAsync();
            try
            {
                return await database.ScriptEvaluateAsync(script.Hash, keys, values);
            }
            catch (RedisServerException exception) when (StoreFailures.IsUnknownScript(exception))
            {
                return await database.ScriptEvaluateAsync(script.Text, keys, values, CommandFlags.NoScriptCache);
            }
        }
#pragma warning disable CA1031 // Whatever the client library throws is translated for the core.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            throw StoreFailures.Of(exception);
        }
    }
}
