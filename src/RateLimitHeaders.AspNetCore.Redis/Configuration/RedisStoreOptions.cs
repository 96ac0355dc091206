namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Settings for counting quotas in Redis. Values out of range stop the start-up.</summary>
public sealed class RedisStoreOptions : RateLimitStoreOptions
{
    /// <summary>
    /// Gets or sets the connection string of StackExchange.Redis, such as <c>localhost:6379</c>. It is used if the application
    /// passes no connection. With <see langword="null"/>, the default, the <c>IConnectionMultiplexer</c> of the services is used.
    /// </summary>
    public string? Configuration { get; set; }

    /// <summary>
    /// Gets or sets the key of the <c>IConnectionMultiplexer</c> service, if it is registered with a key, as by
    /// Aspire's <c>AddKeyedRedisClient</c>. With <see langword="null"/>, the default, the service without a key is used. The setting has
    /// an effect only if neither <see cref="Configuration"/> nor a connection is set.
    /// </summary>
    public string? ServiceKey { get; set; }

    /// <summary>
    /// Gets or sets the prefix of all keys, for applications that share a server, or for a server that grants access by key. It is a
    /// text without braces and control characters; the default is <c>ratelimit</c>. Servers count together if they have the same
    /// prefix, policies, token types and quotas.
    /// </summary>
    /// <remarks>
    /// All keys begin with the prefix and a colon. On a server with access control lists, the user needs only this rule:
    /// <c>+evalsha +eval +time +get +set +setrange +del +echo +ping ~ratelimit:*</c>. With a <c>defaultDatabase</c> above 0 in the connection
    /// string the user also needs <c>+select</c>: without it, the client counts in database 0. Listing callers needs <c>+scan</c>.
    /// </remarks>
    public string KeyPrefix { get; set; } = "ratelimit";

    /// <summary>
    /// Gets or sets the secret of the hashes of the callers' ids. Without a secret, a reader of the keys in Redis can find the
    /// ids by hashing all candidates, which is easy for IPv4 addresses. With <see langword="null"/>, the default, the hashes are plain
    /// SHA-256 hashes. All servers need the same secret.
    /// </summary>
    public string? HashKey { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether requests of several callers that arrive at the same moment share a call. Each of them is
    /// counted exactly as in a call of its own. With many concurrent requests, this reduces the work of Redis and of this server. No request
    /// waits for others. With <see langword="null"/>, the default, calls are shared if the client library has detected that it is connected
    /// to one standalone server, which may have replicas: no cluster, and no <c>proxy</c> in the connection string.
    /// </summary>
    /// <remarks>
    /// Redis itself can count for several callers in one call. A cluster rejects such calls, and is then called for one caller at a time.
    /// A proxy that distributes keys over several servers and is not named in the connection string would count on the wrong server:
    /// behind such a proxy, set <see langword="false"/>. Each call then has one key, unless the client library has detected that it is connected
    /// to a cluster: policies that decide together are decided one after the other. Requests under plans with a concurrency quota or under several
    /// policies, batches, charges and refunds share no calls.
    /// </remarks>
    public bool? GroupCalls { get; set; }

    /// <summary>Gets or sets the path of the configuration section that these settings come from.</summary>
    internal string? Section { get; set; }

    /// <summary>Gets the findings of reading the section.</summary>
    internal SettingFindings Findings { get; } = new();

    /// <summary>Gets or sets a function that wraps the runner of scripts; tests wrap it in one that counts by their own clock.</summary>
    internal Func<IScriptRunner, IScriptRunner> DecorateRunner { get; set; } = static runner => runner;
}
