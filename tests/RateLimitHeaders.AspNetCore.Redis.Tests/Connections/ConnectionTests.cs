using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Connections that are not there at first, and how they end.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task Open_FactoryFailsAtFirst_IsCalledAgain()
    {
        using var multiplexer = await ConnectionMultiplexer.ConnectAsync((await SharedRedis.GetAsync()).Configuration);
        var asked = 0;
        using RedisConnection connection = new(
            () => Interlocked.Increment(ref asked) < 3 ? throw new InvalidOperationException("not yet") : Task.FromResult<IConnectionMultiplexer>(multiplexer),
            isOwn: false);

        Assert.Equal(0, asked);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await connection.OpenAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await connection.OpenAsync());
        var database = await connection.OpenAsync();

        Assert.Same(database, await connection.OpenAsync());
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task Open_FactoryHangs_IsCalledOnce()
    {
        var asked = 0;
        TaskCompletionSource<IConnectionMultiplexer> hangs = new();
        using RedisConnection connection = new(
            () =>
            {
                Interlocked.Increment(ref asked);
                return hangs.Task;
            },
            isOwn: false);

        var first = connection.OpenAsync().AsTask();
        var second = connection.OpenAsync().AsTask();
        using var multiplexer = await ConnectionMultiplexer.ConnectAsync((await SharedRedis.GetAsync()).Configuration);
        hangs.SetResult(multiplexer);

        Assert.Same(await first, await second);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Open_FactoryReturnsNull_Throws()
    {
        using RedisConnection connection = new(() => Task.FromResult<IConnectionMultiplexer>(null!), isOwn: false);

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(async () => await connection.OpenAsync());

        Assert.Contains("returned null", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_ConnectionOfTheApplication_StaysOpen()
    {
        await using var server = await RedisServer.StartAsync();
        using var multiplexer = await ConnectionMultiplexer.ConnectAsync(server.Configuration);
        var connection = new RedisConnection(() => Task.FromResult<IConnectionMultiplexer>(multiplexer), isOwn: false);
        await connection.OpenAsync();

        connection.Dispose();

        Assert.True(multiplexer.IsConnected);
        await multiplexer.GetDatabase().PingAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await connection.OpenAsync());
    }

    [Fact]
    public async Task Dispose_ConnectionOfItsOwn_IsClosed()
    {
        const string Name = "closed-with-the-store";
        await using var server = await RedisServer.StartAsync();
        var connection = RedisConnection.Of($"{server.Configuration},name={Name}");
        await connection.OpenAsync();
        Assert.Contains(Name, await server.CommandAsync("CLIENT", "LIST"), StringComparison.Ordinal);

        connection.Dispose();

        for (var attempt = 0; (await server.CommandAsync("CLIENT", "LIST")).Contains(Name, StringComparison.Ordinal); attempt++)
        {
            Assert.True(attempt < 2_400, "The connection is still there after a minute.");
            await Task.Delay(25);
        }
    }

    [Fact]
    public async Task Dispose_WhileItsOwnConnectionIsBeingMade_ClosesIt()
    {
        TaskCompletionSource<IConnectionMultiplexer> opening = new();
        RedisConnection connection = new(() => opening.Task, isOwn: true);
        var open = connection.OpenAsync().AsTask();
        connection.Dispose();

        var multiplexer = await ConnectionMultiplexer.ConnectAsync((await SharedRedis.GetAsync()).Configuration);
        opening.SetResult(multiplexer);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => open);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => multiplexer.GetDatabase().PingAsync());
    }

    [Fact]
    public async Task IsStandalone_OfOneServer_IsTrueOnceItIsConnected()
    {
        await using var server = RedisServer.NotStarted();
        using var connection = RedisConnection.Of(server.HastyConfiguration);
        await connection.OpenAsync();
        Assert.False(connection.IsStandalone);

        await server.StartAgainAsync();
        for (var attempt = 0; !connection.IsStandalone; attempt++)
        {
            Assert.True(attempt < 2_400, "It is not known within a minute that the server stands alone.");
            await Task.Delay(25);
        }
    }

    [Fact]
    public async Task IsStandalone_OfAServerWithAReplica_StaysTrueWhenTheReplicaStops()
    {
        await using var server = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{server.Port}");
        using var connection = RedisConnection.Of($"127.0.0.1:{replica.Port},{server.Configuration}");
        var multiplexer = (await connection.OpenAsync()).Multiplexer;
        await Eventually.IsTrueAsync(() => connection.IsStandalone, "It is not known that the other server is a replica.");

        await replica.StopAsync();
        await Eventually.IsTrueAsync(() => multiplexer.GetServers().Any(each => !each.IsConnected), "It is not known that the replica is gone.");
        using var later = new RedisConnection(() => Task.FromResult<IConnectionMultiplexer>(multiplexer), isOwn: false);
        await later.OpenAsync();
        Assert.True(later.IsStandalone);
    }

    [Fact]
    public async Task IsStandalone_OfTwoServersThatAreNoReplicas_IsFalse()
    {
        await using var server = await RedisServer.StartAsync();
        await using var other = await RedisServer.StartAsync();
        using var connection = RedisConnection.Of($"127.0.0.1:{other.Port},{server.Configuration}");
        var multiplexer = (await connection.OpenAsync()).Multiplexer;
        await Eventually.IsTrueAsync(() => multiplexer.GetServers().All(each => each.IsConnected), "One of them is not connected.");
        Assert.Equal((false, false), (connection.IsStandalone, connection.IsCluster));
    }

    [Fact]
    public async Task IsCluster_OfACluster_IsTrue()
    {
        await using var cluster = await RedisCluster.StartAsync();
        using var connection = RedisConnection.Of(cluster.Configuration);
        await connection.OpenAsync();
        await Eventually.IsTrueAsync(() => connection.IsCluster, "It is not known that it is a cluster.");
        Assert.False(connection.IsStandalone);
    }

    [Fact]
    public async Task Open_PasswordWithACommaInIt_IsNoMatter()
    {
        const string Password = "k8,Zq=w!";
        await using var server = await RedisServer.StartAsync();
        await server.CommandAsync("CONFIG", "SET", "requirepass", Password);
        var options = new ConfigurationOptions { EndPoints = { { "127.0.0.1", server.Port } }, Password = Password, ConnectTimeout = 10_000 };
        using var multiplexer = await ConnectionMultiplexer.ConnectAsync(options);
        var asked = 0;
        using RedisConnection connection = new(
            () =>
            {
                asked++;
                return Task.FromResult<IConnectionMultiplexer>(multiplexer);
            },
            isOwn: false);

        var database = await connection.OpenAsync();
        Assert.Same(database, await connection.OpenAsync());
        Assert.Equal(1, asked);
        Assert.True(connection.IsStandalone);

        // A connection to test it over cannot be made of the text of these options.
        Assert.Null(await ScriptIsolation.TestAsync(multiplexer, multiplexer.GetServers().Single(), "ratelimit"));
    }

    [Theory]
    [InlineData("proxy=Twemproxy")]
    [InlineData("proxy=Envoyproxy")]
    public async Task IsStandalone_OfAProxy_IsFalse(string proxy)
    {
        using var connection = RedisConnection.Of($"{(await SharedRedis.GetAsync()).Configuration},{proxy}");
        await (await connection.OpenAsync()).StringGetAsync("nothing");
        Assert.Equal((false, false), (connection.IsStandalone, connection.IsCluster));
    }
}
