namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>How quotas are counted in Redis.</summary>
internal sealed record RedisStoreOptions
{
    /// <summary>Gets what all keys begin with.</summary>
    public string KeyPrefix { get; init; } = "ratelimit";

    /// <summary>Gets the key of the hashes that stand for the callers' ids; <see langword="null"/> for plain ones.</summary>
    public byte[]? HashKey { get; init; }

    /// <summary>Gets how long a call may take.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets the number of servers that share the limits.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>Gets what becomes of requests while Redis cannot count.</summary>
    public WhenRedisUnavailable WhenUnavailable { get; init; }

    /// <summary>Gets a value indicating whether a refused caller is refused from memory until its wait is over.</summary>
    public bool RememberRefusals { get; init; } = true;

    /// <summary>Gets how long the permits of a concurrency quota stay taken that a server holds which has died.</summary>
    public TimeSpan ConcurrencyLeaseTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets a value indicating whether requests that come at the same moment share a call, where that is possible.</summary>
    public bool GroupCalls { get; init; } = true;

    /// <summary>Gets a value indicating whether calls are to be shared by requests of several callers: with batches there are none to share.</summary>
    public bool SharesCalls => GroupCalls && LocalLeases is null;

    /// <summary>Gets how batches are taken; <see langword="null"/> if each permit is asked for.</summary>
    public LocalLeases? LocalLeases { get; init; }

    /// <summary>Gets the clock that stands for the server's in tests: microseconds since the Unix epoch.</summary>
    public Func<long>? TestClock { get; init; }

    /// <summary>Gets what happens meanwhile while Redis cannot count, as a clause.</summary>
    public string Meanwhile => WhenUnavailable switch
    {
        WhenRedisUnavailable.Admit => "all requests are admitted",
        WhenRedisUnavailable.Refuse => "all requests are refused",
        _ => "limits are counted in this server's memory",
    };
}
