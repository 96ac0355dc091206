using System.Reflection;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Connections that are not there at first, and how they end.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task Open_FactoryFailsAtFirst_IsAskedAgain()
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
    public async Task Open_FactoryHangs_IsAskedOnce()
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
    public async Task Open_FactoryGivesNothing_SaysSo()
    {
        using RedisConnection connection = new(() => Task.FromResult<IConnectionMultiplexer>(null!), isOwn: false);

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(async () => await connection.OpenAsync());

        Assert.Contains("gave none", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_ConnectionOfTheApplication_StaysOpen()
    {
        await using var server = await RedisServer.StartAsync();
        using var multiplexer = await ConnectionMultiplexer.ConnectAsync(server.Configuration);
        var connection = RedisConnection.Of(multiplexer);
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
            Assert.True(attempt < 400, "The connection is still there after 10 s.");
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
    public async Task IsStandalone_OfOneServer_IsKnownWhenItIsConnected()
    {
        await using var server = RedisServer.NotStarted();
        using var connection = RedisConnection.Of(server.Configuration);
        await connection.OpenAsync();
        Assert.False(connection.IsStandalone);

        await server.StartAgainAsync();
        for (var attempt = 0; !connection.IsStandalone; attempt++)
        {
            Assert.True(attempt < 400, "It is not known within 10 s that the server stands alone.");
            await Task.Delay(25);
        }
    }

    [Theory]
    [InlineData("proxy=Twemproxy")]
    [InlineData("proxy=Envoyproxy")]
    public async Task IsStandalone_OfAProxy_IsFalse(string proxy)
    {
        using var connection = RedisConnection.Of($"{(await SharedRedis.GetAsync()).Configuration},{proxy}");
        await (await connection.OpenAsync()).StringGetAsync("nothing");
        Assert.False(connection.IsStandalone);
    }
}
