namespace RateLimitHeaders.AspNetCore;

/// <summary>The treatment of requests while a store cannot count.</summary>
public enum StoreUnavailable
{
    /// <summary>
    /// The default: each server counts in its own memory, and divides the limits by <see cref="RateLimitStoreOptions.Nodes"/>. It
    /// begins with its share of the permits that callers had left at the store's last answer, so that a caller that had used up its limit
    /// stays rejected. Concurrency quotas begin at zero: in addition to a caller's running requests, as many others may run.
    /// </summary>
    LimitInMemory,

    /// <summary>All requests are admitted, and their responses carry no rate limit headers.</summary>
    Admit,

    /// <summary>All requests are rejected with 503.</summary>
    Reject,
}
