using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// Knows whether a script sees all keys. A cluster says that it does not; a proxy that spreads keys over several servers may
/// say nothing, and run a script where its first key lies, so that for the others it would count anew.
/// </summary>
/// <remarks>
/// It looks at first, when it is asked after the connection has changed, and when it is asked a minute after it has looked:
/// a proxy can get another server without a connection being lost. Nobody waits for it; what stands meanwhile is the last
/// answer over the same connection, and otherwise no.
/// </remarks>
internal sealed class Keyspace(RedisConnection connection, string prefix, TimeProvider timeProvider, ILogger logger)
{
    // If one of two servers had nine of ten keys, all of these would lie on it once in a thousand times.
    private const int KeyCount = 64;

    private const int MostFailures = 6;

    private static readonly RedisScript s_write = new("return redis.call('SET', KEYS[1], '', 'PX', 5000)");
    private static readonly RedisScript s_count = new("local n = 0 for i = 1, #KEYS do if redis.call('GET', KEYS[i]) then n = n + 1 end end return n");

    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_firstPauseOfFailures = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Task<bool?>? _look;
    private long _due = long.MinValue;
    private int _doubts;
    private int _failures;
    private bool? _told;
    private volatile bool _isWhole;

    /// <summary>Gets a value indicating whether a look is under way.</summary>
    public bool IsLooking => Volatile.Read(ref _look) is not null;

    /// <summary>Tells whether a script sees all keys, as far as is known, and looks again if it is time to.</summary>
    public bool IsWhole()
    {
        if (timeProvider.GetTimestamp() >= Volatile.Read(ref _due))
        {
            _ = LookAsync();
        }

        return _isWhole;
    }

    /// <summary>Takes note that somebody else may answer from now on.</summary>
    public void Doubt()
    {
        lock (_lock)
        {
            _doubts++;
            _failures = 0;
            _isWhole = false;
            Volatile.Write(ref _due, long.MinValue);
        }
    }

    /// <summary>Looks, unless that is under way.</summary>
    /// <returns>What it has seen; <see langword="null"/> if nothing, since there was no answer.</returns>
    public Task<bool?> LookAsync()
    {
        lock (_lock)
        {
            return _look ??= LookCoreAsync(_doubts);
        }
    }

    private static Task<RedisResult> RunAsync(IDatabase database, RedisScript script, RedisKey[] keys) =>
        database.ScriptEvaluateAsync(script.Text, keys, [], CommandFlags.NoScriptCache);

    private async Task<bool?> LookCoreAsync(int doubts)
    {
        // Whoever asked has a request to answer.
        await Task.Yield();
        var isWhole = await SeesAllAsync();
        lock (_lock)
        {
            _look = null;
            if (doubts == _doubts)
            {
                _isWhole = isWhole ?? _isWhole;
                _failures = isWhole is null ? Math.Min(_failures + 1, MostFailures) : 0;
                var pause = isWhole is null ? s_firstPauseOfFailures * (1 << (_failures - 1)) : s_pause;
                Volatile.Write(ref _due, timeProvider.GetTimestamp() + (long)(Jitter.Spread(pause).TotalSeconds * timeProvider.TimestampFrequency));
            }
        }

        Tell(isWhole);
        return isWhole;
    }

    /// <summary>Logs what is seen, if it is not what was seen last.</summary>
    private void Tell(bool? isWhole)
    {
        if (isWhole is null || isWhole == _told)
        {
            return;
        }

        _told = isWhole;
        if (isWhole.Value)
        {
            Log.CallsShared(logger);
        }
        else
        {
            Log.CallsNotShared(logger);
        }
    }

    private async Task<bool?> SeesAllAsync()
    {
        try
        {
            if (connection.Database is { } database)
            {
                var look = SeesAllAsync(database);
                await look.Observe().WaitAsync(s_patience, timeProvider);
                return await look;
            }
        }
#pragma warning disable CA1031 // Whatever the client library throws: it was no answer, or it is one.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Failure.Of(exception).IsOfSlots ? false : null;
        }

        return null;
    }

    /// <summary>Writes keys by a call each, and counts them by a single one.</summary>
    private async Task<bool> SeesAllAsync(IDatabase database)
    {
        // Keys that differ in a few letters may lie together: there are proxies that hash neighbours to neighbours.
        RedisKey[] keys = [.. Enumerable.Range(0, KeyCount).Select(_ => (RedisKey)$"{prefix}:probe:{Guid.NewGuid():N}")];

        // Who refuses several keys does so before anything is written.
        await RunAsync(database, s_count, keys);
        await Task.WhenAll(keys.Select(key => RunAsync(database, s_write, [key])));
        return (int)await RunAsync(database, s_count, keys) == KeyCount;
    }
}
