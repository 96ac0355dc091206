namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>How quotas are counted in Redis. Values out of range stop the start-up.</summary>
public sealed class RedisStoreOptions : RateLimitStoreOptions
{
    /// <summary>
    /// Gets or sets the connection string of StackExchange.Redis, such as <c>localhost:6379</c>. It is used where the application
    /// gives no connection; <see langword="null"/>, the default, uses the <c>IConnectionMultiplexer</c> among the services.
    /// </summary>
    public string? Configuration { get; set; }

    /// <summary>
    /// Gets or sets the key of the <c>IConnectionMultiplexer</c> among the services, where it is registered with one, as by
    /// Aspire's <c>AddKeyedRedisClient</c>; <see langword="null"/>, the default, uses the one without a key. It has an effect
    /// where neither <see cref="Configuration"/> nor a connection is given.
    /// </summary>
    public string? ServiceKey { get; set; }

    /// <summary>
    /// Gets or sets what all keys begin with, for several applications that share a server, or one that grants access by key: a
    /// text without braces and control characters. The default is <c>ratelimit</c>. Servers count together if they have the same
    /// prefix, policies, token types and quotas.
    /// </summary>
    /// <remarks>
    /// All keys begin with the prefix and a colon. A user of a server with access control lists needs no more than this rule:
    /// <c>+evalsha +eval +time +get +set +setrange +del +echo +ping ~ratelimit:*</c>. With a <c>defaultDatabase</c> above 0 in the connection
    /// string it also needs <c>+select</c>: without that the client counts in database 0. Listing callers takes <c>+scan</c>.
    /// </remarks>
    public string KeyPrefix { get; set; } = "ratelimit";

    /// <summary>
    /// Gets or sets a secret that the hashes of the callers' ids are made with. Without it, a reader of the keys in Redis can find the
    /// ids by hashing all candidates, which is easy for IPv4 addresses. <see langword="null"/>, the default, makes plain SHA-256
    /// hashes. All servers need the same secret.
    /// </summary>
    public string? HashKey { get; set; }

    /// <summary>
    /// Gets or sets whether the requests of several callers that come at the same moment share a call, each of them counted as
    /// exactly as alone: with many requests at once, Redis and this server have much less to do for each of them. No request
    /// waits for others to come. <see langword="null"/>, the default, shares calls where the client library knows that it speaks
    /// to one standalone server, which may have replicas: no cluster, and no <c>proxy</c> in the connection string.
    /// </summary>
    /// <remarks>
    /// Redis itself can count for several callers in one call. A cluster rejects that, and is then asked for one caller at a time.
    /// A proxy that spreads keys over several servers and is not named in the connection string would count on the wrong one:
    /// behind such a proxy, give <see langword="false"/>. Each call then has one key, unless the client library knows that it speaks to
    /// a cluster: policies that decide about a request together are asked in turn. Plans with a concurrency quota share no calls.
    /// </remarks>
    public bool? GroupCalls { get; set; }

    /// <summary>Gets or sets the path of the section of configuration that these settings come from.</summary>
    internal string? Section { get; set; }

    /// <summary>Gets what was found while the section was read.</summary>
    internal SettingFindings Findings { get; } = new();

    /// <summary>Gets or sets what puts a decorator around the runner of scripts; tests have one that counts by a clock of their own.</summary>
    internal Func<IScriptRunner, IScriptRunner> DecorateRunner { get; set; } = static runner => runner;
}
