namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>What becomes of requests while Redis cannot count.</summary>
public enum WhenRedisUnavailable
{
    /// <summary>
    /// The default: each server counts in its own memory, and divides the limits by <see cref="RedisStoreBuilder.Nodes"/>.
    /// </summary>
    LimitInMemory,

    /// <summary>All are admitted, and their responses carry no rate limit headers.</summary>
    Admit,

    /// <summary>All are refused with 503.</summary>
    Refuse,
}
