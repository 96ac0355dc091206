using System.Net;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>The ways to register Redis, each of which counts there and closes what is its own.</summary>
public sealed class RegistrationTests : IAsyncLifetime
{
    private RedisServer _server = null!;
    private ConnectionMultiplexer _multiplexer = null!;

    public async Task InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _multiplexer = await ConnectionMultiplexer.ConnectAsync(_server.Configuration);
    }

    public async Task DisposeAsync()
    {
        await _multiplexer.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task AddRedis_ConnectionString_CountsThereAndClosesTheConnection()
    {
        const string Name = "of-the-library";
        await CountsInRedisAsync(builder => builder.AddRedis($"{_server.Configuration},name={Name}", Be));

        // The server takes a moment to see that a connection is closed.
        var start = TimeProvider.System.GetTimestamp();
        while (await IsConnectedAsync())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60), "The connection stays open.");
            await Task.Delay(10);
        }

        async Task<bool> IsConnectedAsync() => (await _server.CommandAsync("CLIENT", "LIST")).Contains(Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddRedis_Connection_CountsThereAndLeavesItOpen()
    {
        await CountsInRedisAsync(builder => builder.AddRedis(_multiplexer, Be));
        await _multiplexer.GetDatabase().PingAsync();
    }

    [Fact]
    public async Task AddRedis_ConnectionWithACommaInItsPassword_CountsInRedisAndLogsNoPassword()
    {
        const string Password = "k8,Zq=w!";
        await using var server = await RedisServer.StartAsync();
        await server.CommandAsync("CONFIG", "SET", "requirepass", Password);
        var options = new ConfigurationOptions { EndPoints = { { "127.0.0.1", server.Port } }, Password = Password, ConnectTimeout = 10_000 };
        await using var multiplexer = await ConnectionMultiplexer.ConnectAsync(options);
        await using var api = await RedisApi.StartAsync(limit: 2, builder => builder.AddRedis(multiplexer, Be));
        await api.WaitUntilCountingAsync();
        Assert.Equal((HttpStatusCode.OK, 1), await api.GetAsync());
        Assert.Equal((HttpStatusCode.OK, 0), await api.GetAsync());
        Assert.Equal((HttpStatusCode.TooManyRequests, 0), await api.GetAsync());
        Assert.Empty(api.StoreEvents);
        Assert.DoesNotContain(api.Log.Entries, entry => entry.Message.Contains("Zq", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AddRedis_Factory_CountsThereAndLeavesTheConnectionOpen()
    {
        await CountsInRedisAsync(
            builder => builder.AddRedis(services => Task.FromResult<IConnectionMultiplexer>(services.GetRequiredKeyedService<ConnectionMultiplexer>("limits")), Be),
            services => services.AddKeyedSingleton("limits", _multiplexer));
        await _multiplexer.GetDatabase().PingAsync();
    }

    [Fact]
    public async Task AddRedis_ConnectionAmongTheServices_CountsThereAndLeavesItToTheServices()
    {
        await CountsInRedisAsync(builder => builder.AddRedis(Be), services => services.AddSingleton<IConnectionMultiplexer>(_multiplexer));
        await _multiplexer.GetDatabase().PingAsync();
    }

    [Fact]
    public async Task AddRedis_ConnectionAmongTheServicesWithAKey_CountsThereAndLeavesItToTheServices()
    {
        await CountsInRedisAsync(
            builder => builder.AddRedis(redis =>
            {
                Be(redis);
                redis.ServiceKey = "limits";
            }),
            services => services
                .AddSingleton<IConnectionMultiplexer>(_ => throw new InvalidOperationException("It is not asked for."))
                .AddKeyedSingleton<IConnectionMultiplexer>("limits", _multiplexer));
        await _multiplexer.GetDatabase().PingAsync();
    }

    [Fact]
    public async Task AddRedis_ConnectionAmongTheServicesOfAContainerWithoutKeys_IsFound()
    {
        var services = new ServiceCollection();
        services.AddRateLimitHeaders().AddRedis(Be);
        await using var built = new ServiceCollection().AddOptions().Configure<RedisStoreOptions>(Be).BuildServiceProvider();
        var make = services.Single(service => service.ServiceType == typeof(RateLimitStore)).ImplementationFactory!;
        using var store = (RedisStore)make(new ContainerWithoutKeys(built, _multiplexer));
        Assert.Empty(store.Validate([]));
        await store.WarmUpAsync(CancellationToken.None);
    }

    [Fact]
    public async Task AddRedis_LambdaThatReturnsATask_MakesTheConnection()
    {
        await CountsInRedisAsync(
            builder => builder.AddRedis(_ => Task.FromResult<IConnectionMultiplexer>(_multiplexer)),
            services => services.Configure<RedisStoreOptions>(Be));
        await _multiplexer.GetDatabase().PingAsync();
    }

    [Fact]
    public async Task AddRedis_LambdaThatConnects_MakesTheConnectionThatCounts()
    {
        Task<ConnectionMultiplexer>? connecting = null;
        await CountsOverAsync(builder => builder.AddRedis(_ => connecting = ConnectionMultiplexer.ConnectAsync(_server.Configuration)));
        await CloseAsync(await connecting!);

        ConnectionMultiplexer? connected = null;
        await CountsOverAsync(builder => builder.AddRedis(async _ => connected = await ConnectionMultiplexer.ConnectAsync(_server.Configuration)));
        await CloseAsync(connected!);

        await CountsOverAsync(builder => builder.AddRedis(_ => connected = ConnectionMultiplexer.Connect(_server.Configuration)));
        await CloseAsync(connected!);

        Task CountsOverAsync(Action<IRateLimitHeadersBuilder> addRedis) => CountsInRedisAsync(
            addRedis,
            services => services.Configure<RedisStoreOptions>(Be)
                .AddSingleton<IConnectionMultiplexer>(_ => throw new InvalidOperationException("It is not asked for.")));

        async Task CloseAsync(ConnectionMultiplexer multiplexer)
        {
            await multiplexer.GetDatabase().PingAsync();
            await multiplexer.DisposeAsync();
            await _server.CommandAsync("FLUSHALL");
        }
    }

    [Fact]
    public async Task AddRedis_ConnectionAmongTheServicesThatBlocks_DoesNotHoldUpTheStart()
    {
        using var isStarted = new ManualResetEventSlim();
        var startsMeanwhile = false;
        await CountsInRedisAsync(
            builder => builder.AddRedis(Be),
            services => services.AddSingleton<IConnectionMultiplexer>(_ =>
            {
                startsMeanwhile = isStarted.Wait(TimeSpan.FromSeconds(20));
                return _multiplexer;
            }),
            isStarted.Set);
        Assert.True(startsMeanwhile);
    }

    [Fact]
    public async Task AddRedis_ConnectionStringInTheOptions_IsUsedInsteadOfTheRegisteredMultiplexer()
    {
        await CountsInRedisAsync(
            builder => builder.AddRedis(redis =>
            {
                Be(redis);
                redis.Configuration = _server.Configuration;
            }),
            services => services.AddSingleton<IConnectionMultiplexer>(_ => throw new InvalidOperationException("It is not asked for.")));
    }

    [Fact]
    public void AddRedis_WithoutAnArgument_Throws()
    {
        var builder = new ServiceCollection().AddRateLimitHeaders();
        Assert.Throws<ArgumentNullException>(() => ((IRateLimitHeadersBuilder)null!).AddRedis());
        Assert.Throws<ArgumentNullException>(() => builder.AddRedis((string)null!));
        Assert.Throws<ArgumentNullException>(() => builder.AddRedis((IConnectionMultiplexer)null!));
        Assert.Throws<ArgumentNullException>(() => builder.AddRedis((Func<IServiceProvider, Task<IConnectionMultiplexer>>)null!));
        Assert.Throws<ArgumentNullException>(() => builder.AddRedis((Func<IServiceProvider, IConnectionMultiplexer>)null!));
    }

    /// <summary>A container of the application that knows no keyed services.</summary>
    private sealed class ContainerWithoutKeys(IServiceProvider services, IConnectionMultiplexer multiplexer) : IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType == typeof(IConnectionMultiplexer) ? multiplexer
            : serviceType == typeof(IServiceProviderIsKeyedService) ? null
            : services.GetService(serviceType);
    }

    private static void Be(RedisStoreOptions options)
    {
        // Long enough for the slowest machine: what is not counted in Redis is rejected.
        options.Deadline = TimeSpan.FromSeconds(20);
        options.WhenUnavailable = StoreUnavailable.Reject;
        options.KeyPrefix = "registered";
    }

    private async Task CountsInRedisAsync(Action<IRateLimitHeadersBuilder> addRedis, Action<IServiceCollection>? services = null, Action? started = null)
    {
        await using (var api = await RedisApi.StartAsync(10, addRedis, services))
        {
            started?.Invoke();
            Assert.Equal((HttpStatusCode.OK, 9), await api.GetAsync());
            Assert.Equal((HttpStatusCode.OK, 8), await api.GetAsync());
        }

        // All keys, those of checks among them, begin with the prefix.
        var keys = (await _server.CommandAsync("KEYS", "*")).Split('\n');
        Assert.Contains(keys, key => key.StartsWith("registered:default:", StringComparison.Ordinal));
        Assert.All(keys, key => Assert.StartsWith("registered:", key, StringComparison.Ordinal));
    }
}
