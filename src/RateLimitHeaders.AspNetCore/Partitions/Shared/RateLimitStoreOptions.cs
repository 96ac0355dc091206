namespace RateLimitHeaders.AspNetCore;

/// <summary>How a <see cref="RateLimitStore"/> is used. Values out of range stop the start-up.</summary>
public class RateLimitStoreOptions
{
    /// <summary>
    /// Gets or sets how long a request waits for one call of the store at most: above zero, at most a minute. The default is 100 ms.
    /// </summary>
    /// <remarks>
    /// Most requests make one call. One more reads bans, where a plan has them and the server has not read them for a second. Policies
    /// that decide together and that the store cannot count in one step are asked in turn, with a call for each plan, and one for each
    /// that gives permits back. After a call without an answer in time a request waits for no other one.
    /// </remarks>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Gets or sets how many servers share the limits, 1 or more; the default is 1. <see cref="StoreUnavailable.LimitInMemory"/>
    /// divides the limits by it, so that all servers together grant about what the store would. A limit is not divided below 1.
    /// </summary>
    public int Nodes { get; set; } = 1;

    /// <summary>
    /// Gets or sets what happens to requests while the store cannot count: slow, full, read-only, restarting or gone. The
    /// default is <see cref="StoreUnavailable.LimitInMemory"/>.
    /// </summary>
    public StoreUnavailable WhenUnavailable { get; set; }

    /// <summary>
    /// Gets or sets whether a server that has rejected a caller goes on rejecting, from memory, requests of the same cost until the
    /// caller's <c>Retry-After</c>, so that a flood does not reach the store; the default is <see langword="true"/>. One of these
    /// requests in a second still asks the store, so that permits that come back sooner than by time, as by a reset or a refund on
    /// another server, are seen within a second.
    /// </summary>
    /// <remarks>
    /// The last rejection of each caller is remembered, under the limits that it was made by. Rejections without a <c>Retry-After</c>
    /// (of a cost above the limit) and those by a concurrency quota are not remembered: each such request calls the store.
    /// </remarks>
    public bool RememberRejections { get; set; } = true;

    /// <summary>
    /// Gets or sets how long permits of concurrency quotas stay taken that were held by a server which has died: from a second
    /// to a day; the default is 60 s. While a request runs, its server renews what it holds after each third of this time.
    /// </summary>
    public TimeSpan HeldPermitLifetime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Gets or sets the settings of local batches; <see langword="null"/>, the default, asks the store on each request. It has
    /// an effect only with stores that support batches, and on plans without a concurrency quota.
    /// </summary>
    public LocalBatchOptions? LocalBatches { get; set; }
}
