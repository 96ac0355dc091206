using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The way to Redis: it runs a script there, and knows when there is no use in asking.</summary>
internal interface IScriptGateway : IDisposable
{
    /// <summary>Gets a value indicating whether Redis answered last time, so that it makes sense to ask it.</summary>
    bool IsAvailable { get; }

    /// <summary>Tells whether a script sees all keys, as far as is known, so that a call may have those of several callers.</summary>
    bool SeesAllKeys();

    /// <summary>Runs a script, in one round trip, within the deadline.</summary>
    /// <param name="script">The script.</param>
    /// <param name="keys">The keys, all in one slot of a cluster unless <see cref="SeesAllKeys"/>.</param>
    /// <param name="values">The arguments.</param>
    /// <returns>The answer; <see langword="null"/> if there was none in time, or none can be expected now. It never throws.</returns>
    ValueTask<RedisResult?> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] values);
}
