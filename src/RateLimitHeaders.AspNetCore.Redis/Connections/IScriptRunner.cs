using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Runs scripts in Redis.</summary>
internal interface IScriptRunner
{
    /// <summary>Gets a value indicating whether a script sees all keys, so that a call may have those of several callers.</summary>
    bool SeesAllKeys { get; }

    /// <summary>Runs a script, in one round trip if Redis knows it.</summary>
    /// <param name="script">The script.</param>
    /// <param name="keys">The keys, all in one slot of a cluster unless <see cref="SeesAllKeys"/>.</param>
    /// <param name="values">The arguments.</param>
    /// <exception cref="RateLimitStoreException">There is no answer, or it is an error.</exception>
    Task<RedisResult> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] values);
}
