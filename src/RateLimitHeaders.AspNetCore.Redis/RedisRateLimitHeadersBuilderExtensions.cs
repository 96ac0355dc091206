using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using RateLimitHeaders.AspNetCore;
using RateLimitHeaders.AspNetCore.Redis;
using StackExchange.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Extension methods that count rate limits in Redis, or in a server that supports its protocol and Lua, so that several servers share
/// the limits. The start-up does not wait for Redis, and requests are answered without it.
/// </summary>
public static class RedisRateLimitHeadersBuilderExtensions
{
    /// <summary>
    /// Counts the quotas of all plans in Redis, over the connection of <see cref="RedisStoreOptions.Configuration"/> or, without
    /// one, over the <see cref="IConnectionMultiplexer"/> among the services (<see cref="RedisStoreOptions.ServiceKey"/>), which the
    /// application closes.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Configures the rest, after <c>services.Configure&lt;RedisStoreOptions&gt;(…)</c> that came before.</param>
    /// <returns>The builder.</returns>
    public static IRateLimitHeadersBuilder AddRedis(this IRateLimitHeadersBuilder builder, Action<RedisStoreOptions>? configure = null) =>
        Add(builder, configure, static (options, services) => options.Configuration is null && HasMultiplexer(services, options.ServiceKey)
            ? () => Task.FromResult(MultiplexerOf(services, options.ServiceKey))
            : null);

    /// <summary>Counts the quotas of all plans in Redis, over a connection of the library's own.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configuration">The connection string of StackExchange.Redis: <c>localhost:6379</c>.</param>
    /// <param name="configure">Configures the rest.</param>
    /// <returns>The builder.</returns>
    public static IRateLimitHeadersBuilder AddRedis(
        this IRateLimitHeadersBuilder builder, string configuration, Action<RedisStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(builder, Configure, static (_, _) => null);

        void Configure(RedisStoreOptions options)
        {
            options.Configuration = configuration;
            configure?.Invoke(options);
        }
    }

    /// <summary>Counts the quotas of all plans in Redis, over a connection of the application, which closes it.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="multiplexer">The connection.</param>
    /// <param name="configure">Configures the rest.</param>
    /// <returns>The builder.</returns>
    public static IRateLimitHeadersBuilder AddRedis(
        this IRateLimitHeadersBuilder builder, IConnectionMultiplexer multiplexer, Action<RedisStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(multiplexer);
        return Add(builder, configure, (_, _) => () => Task.FromResult(multiplexer));
    }

    /// <summary>
    /// Counts the quotas of all plans in Redis, over a connection that a function of the application finds or makes, in the background
    /// when the application starts. The application closes the connection: otherwise it stays open until the process ends.
    /// </summary>
    /// <typeparam name="TMultiplexer">
    /// The type of the connection, so that <c>_ => ConnectionMultiplexer.ConnectAsync("…")</c> is such a function.
    /// </typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Creates the connection, or finds it among the services. It is called again if it fails.</param>
    /// <param name="configure">Configures the rest.</param>
    /// <returns>The builder.</returns>
    [OverloadResolutionPriority(1)] // A lambda that returns a task could otherwise be taken for one that configures.
    public static IRateLimitHeadersBuilder AddRedis<TMultiplexer>(
        this IRateLimitHeadersBuilder builder, Func<IServiceProvider, Task<TMultiplexer>> factory, Action<RedisStoreOptions>? configure = null)
        where TMultiplexer : IConnectionMultiplexer
    {
        ArgumentNullException.ThrowIfNull(factory);
        return Add(builder, configure, (_, services) => async () => await factory(services));
    }

    /// <summary>
    /// Counts the quotas of all plans in Redis, over a connection that a function of the application finds or makes, in the background
    /// when the application starts. The application closes the connection: otherwise it stays open until the process ends.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Creates the connection, or finds it among the services. It may block, and is called again if it fails.</param>
    /// <param name="configure">Configures the rest.</param>
    /// <returns>The builder.</returns>
    [OverloadResolutionPriority(1)] // A lambda that calls a method could otherwise be taken for one that configures.
    public static IRateLimitHeadersBuilder AddRedis(
        this IRateLimitHeadersBuilder builder, Func<IServiceProvider, IConnectionMultiplexer> factory, Action<RedisStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return Add(builder, configure, (_, services) => () => Task.FromResult(factory(services)));
    }

    /// <summary>
    /// Counts the quotas of all plans in Redis, with the settings of a configuration section: the properties of
    /// <see cref="RedisStoreOptions"/>, with times such as <c>"100ms"</c>. If both the section and <paramref name="configure"/> set
    /// a value, the section wins. The section is read once, when the application starts. A key that is not a setting stops the
    /// start-up.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="section">The section, such as <c>builder.Configuration.GetSection("RateLimitHeaders:Redis")</c>.</param>
    /// <param name="configure">Configures the settings that the section does not contain.</param>
    /// <returns>The builder.</returns>
    public static IRateLimitHeadersBuilder AddRedis(
        this IRateLimitHeadersBuilder builder, IConfigurationSection section, Action<RedisStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(section);
        AddRedis(builder, configure);
        builder.Services.PostConfigure<RedisStoreOptions>(options =>
        {
            options.Section = section.Path;
            RedisSettings.Table.Read(new SettingSection(section, RedisStoreChecks.Section, options.Findings), options);
        });
        return builder;
    }

    private static IRateLimitHeadersBuilder Add(
        IRateLimitHeadersBuilder builder,
        Action<RedisStoreOptions>? configure,
        Func<RedisStoreOptions, IServiceProvider, Func<Task<IConnectionMultiplexer>>?> connect)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var settings = builder.Services.AddOptions<RedisStoreOptions>();
        if (configure is not null)
        {
            settings.Configure(configure);
        }

        return builder.AddStore(services =>
        {
            var options = services.GetRequiredService<IOptions<RedisStoreOptions>>().Value;
            return new RedisStore(options, connect(options, services));
        });
    }

    /// <summary>Gets the connection from the services. Not every container has keyed services, and those without them throw even if no key is given.</summary>
    private static IConnectionMultiplexer MultiplexerOf(IServiceProvider services, string? key) => key is null
        ? services.GetRequiredService<IConnectionMultiplexer>()
        : services.GetRequiredKeyedService<IConnectionMultiplexer>(key);

    /// <summary>Returns whether the services have a connection, without creating it: creating it may take long, or fail.</summary>
    private static bool HasMultiplexer(IServiceProvider services, string? key) =>
        services.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(typeof(IConnectionMultiplexer), key) ?? true;
}
