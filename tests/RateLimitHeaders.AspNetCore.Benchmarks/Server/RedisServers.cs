using System.Globalization;
using System.Threading.RateLimiting;
using RedisRateLimiting;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>
/// Limits that are counted in Redis, by RedisRateLimiting.AspNetCore and by ours, for a thousand callers that a header tells
/// apart. No limit is ever reached.
/// </summary>
internal static class RedisServers
{
    private const string Ours = "redis-ours-";
    private const string Peer = "redis-peer-";
    private const int Limit = 1_000_000_000;

    private static readonly TimeSpan s_window = TimeSpan.FromHours(1);

    /// <summary>Gets the connection string, which the script sets.</summary>
    private static string Configuration => Environment.GetEnvironmentVariable("REDIS") ?? "127.0.0.1:6379";

    public static bool Is(string variant) => variant.StartsWith(Ours, StringComparison.Ordinal) || variant.StartsWith(Peer, StringComparison.Ordinal);

    public static void Add(IServiceCollection services, string variant)
    {
        if (variant.StartsWith(Peer, StringComparison.Ordinal))
        {
            AddPeer(services, variant[Peer.Length..]);
        }
        else
        {
            AddOurs(services, variant[Ours.Length..]);
        }
    }

    public static void Use(IApplicationBuilder app, string variant)
    {
        _ = variant.StartsWith(Peer, StringComparison.Ordinal) ? app.UseRateLimiter() : app.UseRateLimitHeaders();
    }

    private static void AddPeer(IServiceCollection services, string kind)
    {
        var multiplexer = ConnectionMultiplexer.Connect(Configuration);
        IConnectionMultiplexer Connection() => multiplexer;
        services.AddRateLimiter(options => options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => kind switch
        {
            "fixed" => RedisRateLimitPartition.GetFixedWindowRateLimiter(
                CallerOf(context), _ => new() { ConnectionMultiplexerFactory = Connection, PermitLimit = Limit, Window = s_window }),
            "sliding" => RedisRateLimitPartition.GetSlidingWindowRateLimiter(
                CallerOf(context), _ => new() { ConnectionMultiplexerFactory = Connection, PermitLimit = Limit, Window = TimeSpan.FromSeconds(1) }),
            _ => RedisRateLimitPartition.GetTokenBucketRateLimiter(
                CallerOf(context),
                _ => new() { ConnectionMultiplexerFactory = Connection, TokenLimit = Limit, TokensPerPeriod = Limit, ReplenishmentPeriod = s_window }),
        }));
    }

    private static void AddOurs(IServiceCollection services, string kind) => services
        .AddRateLimitHeaders(limits => _ = Quota(limits.Principals(principals => principals.From(
            context => new RateLimitPrincipal("caller", CallerOf(context)), "caller")), kind))
        .AddRedis(Configuration, redis =>
        {
            // Else all kinds would count the same callers, and rearrange their states with each request.
            redis.KeyPrefix = kind;
            redis.GroupCalls = kind.EndsWith("-alone", StringComparison.Ordinal) ? false : null;
            redis.LocalBatches = kind.EndsWith("-batches", StringComparison.Ordinal) ? new LocalBatchOptions() : null;

            // What Redis does not count is an error, and ends the run.
            redis.Deadline = TimeSpan.FromSeconds(20);
            redis.WhenUnavailable = StoreUnavailable.Reject;
        });

    private static RateLimitsBuilder Quota(RateLimitsBuilder limits, string kind) => kind.Split('-')[0] switch
    {
        "fixed" => limits.FixedWindow(Limit, s_window),
        "sliding" => limits.SlidingWindow(Limit, TimeSpan.FromSeconds(1)),
        _ => limits.TokenBucket(Limit, (double)Limit / 3_600),
    };

    private static string CallerOf(HttpContext context) => context.Request.Headers["X-Caller"].ToString() is { Length: > 0 } caller
        ? caller
        : 0.ToString(CultureInfo.InvariantCulture);
}
