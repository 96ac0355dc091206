using System.Text;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Configures how quotas are counted in Redis. Faults are gathered with those of the limits and stop the start-up.</summary>
public sealed class RedisStoreBuilder
{
    internal RedisStoreBuilder()
    {
    }

    /// <summary>Gets what was set so far.</summary>
    internal RedisStoreOptions Options { get; set; } = new();

    /// <summary>
    /// Sets what all keys begin with, for several applications that share a server, or one that grants access by key.
    /// Servers count together if they have the same prefix, policies, token types and quotas.
    /// </summary>
    /// <param name="prefix">A text without braces and control characters; <c>ratelimit</c> by default.</param>
    /// <returns>This builder.</returns>
    public RedisStoreBuilder KeyPrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        Options = Options with { KeyPrefix = prefix };
        return this;
    }

    /// <summary>
    /// Sets a secret that the hashes of the callers' ids are made with, so that who reads the keys in Redis cannot find out
    /// an id by trying: addresses are few. By default they are plain SHA-256. All servers need the same secret.
    /// </summary>
    /// <param name="secret">The secret, not empty.</param>
    /// <returns>This builder.</returns>
    public RedisStoreBuilder HashKey(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        Options = Options with { HashKey = Encoding.UTF8.GetBytes(secret) };
        return this;
    }

    /// <summary>Sets how long a request waits for Redis at most, before it does without.</summary>
    /// <param name="deadline">A time above zero and of a minute at most; 100 ms by default.</param>
    /// <returns>This builder.</returns>
    public RedisStoreBuilder Deadline(TimeSpan deadline)
    {
        Options = Options with { Deadline = deadline };
        return this;
    }

    /// <summary>
    /// Sets how many servers share the limits, by which <see cref="WhenRedisUnavailable.LimitInMemory"/> divides them: all
    /// servers together then grant about what Redis would. A limit is not divided below 1.
    /// </summary>
    /// <param name="nodes">The number, 1 or more; 1 by default.</param>
    /// <returns>This builder.</returns>
    public RedisStoreBuilder Nodes(int nodes)
    {
        Options = Options with { Nodes = nodes };
        return this;
    }

    /// <summary>Sets what becomes of requests while Redis cannot count: slow, full, read-only, restarting or gone.</summary>
    /// <param name="behavior">By default <see cref="WhenRedisUnavailable.LimitInMemory"/>.</param>
    /// <returns>This builder.</returns>
    public RedisStoreBuilder WhenUnavailable(WhenRedisUnavailable behavior)
    {
        Options = Options with { WhenUnavailable = behavior };
        return this;
    }

    /// <summary>
    /// Sets whether a server that has refused a caller goes on refusing, from memory, what asks for as much or more until the
    /// caller's Retry-After, so that a flood does not reach Redis. Permits that come back sooner than by time, as by a
    /// refund on another server, are then seen as late as Retry-After said.
    /// </summary>
    /// <param name="enabled"><see langword="true"/> by default.</param>
    /// <returns>This builder.</returns>
    public RedisStoreBuilder RememberRefusals(bool enabled)
    {
        Options = Options with { RememberRefusals = enabled };
        return this;
    }

    /// <summary>
    /// Sets how long the permits of concurrency quotas stay taken that were held by a server which has died. While a request
    /// runs, its server renews what it holds after each third of this time.
    /// </summary>
    /// <param name="time">A time from a second to a day; 60 s by default.</param>
    /// <returns>This builder.</returns>
    public RedisStoreBuilder ConcurrencyLeaseTime(TimeSpan time)
    {
        Options = Options with { ConcurrencyLeaseTime = time };
        return this;
    }

    /// <summary>
    /// Sets whether the requests that come at the same moment share a call, each of them counted as exactly as alone: with
    /// many requests at once, Redis and this server have much less to do for each of them. Nobody waits for others to come.
    /// </summary>
    /// <remarks>
    /// Redis itself can count for several callers in one call. A cluster refuses that, and a proxy that spreads keys over
    /// several servers, such as twemproxy or Envoy, would count on the wrong one; so both are asked for one caller at a time.
    /// Which it is, is found out when a connection is made and, while there are requests, about once a minute, by writing 64
    /// keys that are gone five seconds later. If a proxy gets another server without a connection being lost, calls may be
    /// miscounted until then; and a proxy that chooses the server by the policy's name in the key is not noticed: behind one,
    /// switch this off. It has no effect on plans with a concurrency quota, nor with <see cref="WithLocalLeases"/>.
    /// </remarks>
    /// <param name="enabled"><see langword="true"/> by default.</param>
    /// <returns>This builder.</returns>
    public RedisStoreBuilder GroupCalls(bool enabled)
    {
        Options = Options with { GroupCalls = enabled };
        return this;
    }

    /// <summary>
    /// Has hot callers counted in batches: a server takes many permits of theirs in one call, serves requests from memory
    /// and gives back what it has not used. By default each request asks Redis.
    /// </summary>
    /// <remarks>
    /// <para>
    /// More than a limit is never admitted. Less may be, for a moment: what one server holds, others cannot use. A server
    /// holds no more of one caller's permits than <paramref name="maxBatch"/>, than about the caller uses in a quarter of
    /// <paramref name="holdTime"/>, and takes no more at once than an eighth of what remains (or a part of twice
    /// <see cref="Nodes"/>, if that is less), so that the last permits are asked for one by one; all servers together hold
    /// no more than their number times <paramref name="maxBatch"/>. What is held comes back when the hold time, the fixed
    /// window or the segment of a sliding window ends, when the caller is quiet for half of the hold time, when its limit
    /// changes and when the application stops. What a server holds that dies is lost until the window ends, or the bucket
    /// has refilled.
    /// </para>
    /// <para>
    /// A caller begins with a call for each request, and with less than 16 requests in a hold time stays so. Plans with a
    /// concurrency quota are not counted in batches. When Redis cannot count, a server uses what it holds before it does
    /// without.
    /// </para>
    /// <para>
    /// The statuses of a caller who is served from memory tell what Redis said last to this server about the caller, in any
    /// answer, and what the server holds besides: they do not show what other servers have admitted since. Permits that are
    /// held count as used, and come back, in everything that time decides. So a bucket that owes nothing else begins to refill
    /// what was used of a batch when that ends; a refund into a bucket may give back less, if a batch was taken since; and a
    /// sliding window, if all that was used in its last segment was refunded, is full up to a segment earlier than is told.
    /// A charge of more than a server holds is made in Redis, and what is held pays for it if nothing else is left.
    /// </para>
    /// </remarks>
    /// <param name="maxBatch">The most permits of a caller that a server holds, from 2 to 100,000; 4,000 by default.</param>
    /// <param name="holdTime">How long it holds them at most, from 10 ms to a minute; a second by default.</param>
    /// <returns>This builder.</returns>
    public RedisStoreBuilder WithLocalLeases(int maxBatch = LocalLeases.DefaultMaxBatch, TimeSpan? holdTime = null)
    {
        Options = Options with { LocalLeases = new(maxBatch, holdTime ?? LocalLeases.DefaultHoldTime) };
        return this;
    }
}
