using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Runs scripts in Redis.</summary>
internal interface IScriptRunner
{
    /// <summary>Gets a value indicating whether a script sees all keys, so that a call may have those of several callers.</summary>
    bool SeesAllKeys { get; }

    /// <summary>
    /// Gets a value indicating whether a script sees all keys of a slot, so that a call may have several keys of one caller. A proxy that
    /// distributes keys over servers by their whole text has them on several servers.
    /// </summary>
    bool SeesSlots { get; }

    /// <summary>Runs a script, in one round trip if Redis already has it.</summary>
    /// <param name="script">The script.</param>
    /// <param name="keys">The keys: one, or all of one slot with <see cref="SeesSlots"/>, or any with <see cref="SeesAllKeys"/>.</param>
    /// <param name="values">The arguments.</param>
    /// <exception cref="RateLimitStoreException">There is no answer, or it is an error.</exception>
    Task<RedisResult> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] values);
}
