using Microsoft.Extensions.Logging;
using RateLimitHeaders.AspNetCore;
using RateLimitHeaders.AspNetCore.Redis;
using StackExchange.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Counts rate limits in Redis.</summary>
public static class RateLimitHeadersRedisBuilderExtensions
{
    /// <summary>
    /// Counts the quotas of all plans in Redis, or a server that speaks its protocol and Lua, so that several servers share
    /// them. The start-up does not wait for Redis, and requests are answered without it.
    /// </summary>
    /// <param name="limits">The builder of the limits.</param>
    /// <param name="configuration">The connection string of StackExchange.Redis: <c>localhost:6379</c>.</param>
    /// <param name="configure">Configures the rest.</param>
    /// <returns>The builder of the limits.</returns>
    public static RateLimitHeadersBuilder UseRedis(
        this RateLimitHeadersBuilder limits, string configuration, Action<RedisStoreBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Use(limits, ConnectionRules.Of(configuration), () => RedisConnection.Of(configuration), configure);
    }

    /// <summary>Counts the quotas of all plans in Redis, over a connection of the application's, which closes it.</summary>
    /// <param name="limits">The builder of the limits.</param>
    /// <param name="multiplexer">The connection.</param>
    /// <param name="configure">Configures the rest.</param>
    /// <returns>The builder of the limits.</returns>
    public static RateLimitHeadersBuilder UseRedis(
        this RateLimitHeadersBuilder limits, IConnectionMultiplexer multiplexer, Action<RedisStoreBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(multiplexer);
        return Use(limits, [], () => RedisConnection.Of(multiplexer), configure);
    }

    /// <summary>
    /// Counts the quotas of all plans in Redis, over a connection that the application makes when the first is needed, in the
    /// background, and closes.
    /// </summary>
    /// <param name="limits">The builder of the limits.</param>
    /// <param name="factory">Makes the connection, or finds it among the services. It is asked again if it fails.</param>
    /// <param name="configure">Configures the rest.</param>
    /// <returns>The builder of the limits.</returns>
    public static RateLimitHeadersBuilder UseRedis(
        this RateLimitHeadersBuilder limits, Func<IServiceProvider, Task<IConnectionMultiplexer>> factory, Action<RedisStoreBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(factory);
        var services = limits.ApplicationServices;
        return Use(limits, [], () => RedisConnection.Of(() => factory(services)), configure);
    }

    private static RateLimitHeadersBuilder Use(
        RateLimitHeadersBuilder limits, IEnumerable<string> findings, Func<RedisConnection> connect, Action<RedisStoreBuilder>? configure)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var builder = new RedisStoreBuilder();
        configure?.Invoke(builder);
        var services = limits.ApplicationServices;
        return limits.UseStore(new RedisQuotaStore(
            builder.Options, findings, timeProvider => GatewayOf(services, builder.Options, connect(), timeProvider)));
    }

    private static ScriptGateway GatewayOf(
        IServiceProvider services, RedisStoreOptions options, RedisConnection connection, TimeProvider timeProvider)
    {
        var gateway = new ScriptGateway(
            connection,
            new GatewaySettings(
                options.Deadline,
                options.KeyPrefix,
                options.Meanwhile,
                RefusesMeanwhile: options.WhenUnavailable == WhenRedisUnavailable.Refuse,
                options.SharesCalls),
            timeProvider,
            services.GetRequiredService<ILoggerFactory>().CreateLogger(RateLimitHeaders.AspNetCore.Redis.Log.Category),
            new RedisMetrics(services.GetService<System.Diagnostics.Metrics.IMeterFactory>()));
        services.GetService<RedisGateways>()?.Add(gateway);
        gateway.Start();
        return gateway;
    }
}
