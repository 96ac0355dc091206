namespace RateLimitHeaders.AspNetCore;

/// <summary>Settings of the use of a <see cref="RateLimitStore"/>. Values out of range stop the start-up.</summary>
public class RateLimitStoreOptions
{
    /// <summary>
    /// Gets or sets the longest time that a request waits for one call of the store: above zero, at most a minute. The default is 100 ms.
    /// </summary>
    /// <remarks>
    /// One call decides a request. A request makes another one to read bans, if its plan has them and the server has not read them for a second;
    /// for a response that does not count or that resets the counts, for its bytes, and for each charge or refund of its endpoint; and for the
    /// present statuses, if its response comes after the end of a window.
    /// Policies that decide together and that the store cannot count in one step are decided one after the other, with a call for each plan, and
    /// one for each plan that gives permits back. After a call without an answer in time, a request waits for no other call until the store answers
    /// again. If this process was suspended during a call, its answer may be unread, and the request waits a quarter of this time longer, once.
    /// </remarks>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Gets or sets how many servers share the limits, 1 or more; the default is 1. <see cref="StoreUnavailable.LimitInMemory"/>
    /// divides the limits by it, so that all servers together grant about as much as the store would. A limit is not divided below 1.
    /// </summary>
    public int Nodes { get; set; } = 1;

    /// <summary>
    /// Gets or sets how requests are treated while the store cannot count: slow, full, read-only, restarting or down. The
    /// default is <see cref="StoreUnavailable.LimitInMemory"/>.
    /// </summary>
    public StoreUnavailable WhenUnavailable { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether a server that has rejected a caller continues to reject, from memory, its requests of the same cost
    /// until the caller's <c>Retry-After</c>, so that a flood does not reach the store; the default is <see langword="true"/>. One of these
    /// requests per second still calls the store, so that permits that come back earlier than with time, as by a reset or a refund on
    /// another server, are seen within a second.
    /// </summary>
    /// <remarks>
    /// The last rejection of each caller is remembered, together with its limits. Rejections without a <c>Retry-After</c>
    /// (of a cost above the limit) and those by a concurrency quota are not remembered: each such request calls the store.
    /// </remarks>
    public bool RememberRejections { get; set; } = true;

    /// <summary>
    /// Gets or sets how long permits of concurrency quotas stay taken if the server that held them has crashed: from a second
    /// to a day; the default is 60 s. While a request runs, its server renews its permits after each third of this time.
    /// </summary>
    public TimeSpan HeldPermitLifetime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Gets or sets the settings of local batches; with <see langword="null"/>, the default, each request calls the store. It has
    /// an effect only with stores that support batches, and on plans without a concurrency quota.
    /// </summary>
    public LocalBatchOptions? LocalBatches { get; set; }
}
