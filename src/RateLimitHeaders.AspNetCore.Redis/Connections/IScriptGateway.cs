using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The way to Redis: it runs a script there, and knows when there is no use in asking.</summary>
internal interface IScriptGateway : IDisposable
{
    /// <summary>Gets a value indicating whether Redis answered last time, so that it makes sense to ask it.</summary>
    bool IsAvailable { get; }

    /// <summary>Gets a value indicating whether a call may have keys of several slots, as is known of the server that answers now.</summary>
    bool TakesAllSlots { get; }

    /// <summary>Runs a script, in one round trip, within the deadline.</summary>
    /// <param name="script">The script.</param>
    /// <param name="keys">The keys, all in one slot of a cluster unless <see cref="TakesAllSlots"/>.</param>
    /// <param name="values">The arguments.</param>
    /// <returns>The answer; <see langword="null"/> if there was none in time, or none can be expected now. It never throws.</returns>
    ValueTask<RedisResult?> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] values);
}
