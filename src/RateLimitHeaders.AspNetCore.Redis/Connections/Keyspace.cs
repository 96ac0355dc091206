using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// Knows whether a script sees all keys. A cluster says that it does not; a proxy that spreads keys over several servers may
/// say nothing, and run a script where its first key lies, so that for the others it would count anew. What is not known is
/// taken for a no.
/// </summary>
internal sealed class Keyspace(RedisConnection connection, string prefix, TimeProvider timeProvider)
{
    // If one of two servers had nine of ten keys, all of these would lie on it once in a thousand times.
    private const int KeyCount = 64;

    private static readonly RedisScript s_write = new("return redis.call('SET', KEYS[1], '', 'PX', 10000)");

    // What is found is deleted; what is not lies somewhere else.
    private static readonly RedisScript s_find = new("local found = 0 for i = 1, #KEYS do found = found + redis.call('DEL', KEYS[i]) end return found");

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private int _looks;
    private volatile bool _isWhole;

    /// <summary>Gets a value indicating whether a script sees all keys.</summary>
    public bool IsWhole => _isWhole;

    /// <summary>Takes note that somebody else may answer from now on.</summary>
    /// <returns>The number of times that this was noted.</returns>
    public int Doubt()
    {
        lock (_lock)
        {
            _isWhole = false;
            return ++_looks;
        }
    }

    /// <summary>Finds out who answers now. Nobody waits for it, and if it fails the answer is no.</summary>
    public async Task LookAsync()
    {
        var look = Doubt();
        if (connection.Database is not { } database)
        {
            return;
        }

        var found = FindsAllOnceConnectedAsync(database, look);
        await found.Observe().WaitAsync(s_patience, timeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            _isWhole = look == _looks && found.IsCompletedSuccessfully && found.Result;
        }
    }

    private static Task<RedisResult> RunAsync(IDatabase database, RedisScript script, RedisKey[] keys) =>
        database.ScriptEvaluateAsync(script.Text, keys, [], CommandFlags.NoScriptCache);

    private async Task<bool> FindsAllOnceConnectedAsync(IDatabase database, int look)
    {
        // The client library says that it is connected a little before it sends anything.
        for (var pauses = 0; pauses * s_pause < s_patience && look == Volatile.Read(ref _looks); pauses++)
        {
            try
            {
                return await FindsAllAsync(database);
            }
            catch (RedisConnectionException)
            {
                await Task.Delay(s_pause, timeProvider);
            }
        }

        return false;
    }

    /// <summary>Writes keys by a call each, and looks for them by a single one.</summary>
    private async Task<bool> FindsAllAsync(IDatabase database)
    {
        // Keys that differ in a few letters may lie together: there are proxies that hash neighbours to neighbours.
        RedisKey[] keys = [.. Enumerable.Range(0, KeyCount).Select(_ => (RedisKey)$"{prefix}:probe:{Guid.NewGuid():N}")];
        await Task.WhenAll(keys.Select(key => RunAsync(database, s_write, [key])));
        return (int)await RunAsync(database, s_find, keys) == KeyCount;
    }
}
