using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>What Redis knows a caller by.</summary>
/// <param name="hash">The hash that stands for the id.</param>
/// <param name="key">The key.</param>
internal sealed class CallerKey(UInt128 hash, RedisKey key)
{
    public UInt128 Hash => hash;

    /// <summary>Gets the keys of a call, of which there is one.</summary>
    public RedisKey[] Keys { get; } = [key];
}
