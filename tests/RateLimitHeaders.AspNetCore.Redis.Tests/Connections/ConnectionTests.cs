using StackExchange.Redis;
using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Connections that are not there at first.</summary>
[Collection(Alone.Name)]
public sealed class ConnectionTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Run_ServerStartsLater_FirstCallsWaitForTheDeadlineAndItIsFoundByItself()
    {
        await using var server = RedisServer.NotStarted();
        using TestedGateway tested = new(RedisConnection.Of(server.Configuration));
        tested.Gateway.Start();

        var load = Load.Start(async () => await tested.CountAsync() is not null);
        await Task.Delay(1_500);
        await load.StopAsync();
        output.WriteLine(load.Describe());
        Assert.Equal(load.Calls, load.Unanswered);
        Assert.InRange(load.Percentile(99), 0, TestedGateway.Deadline.TotalMilliseconds + 50);
        Assert.InRange(load.Slow(TestedGateway.Deadline), 0, 32 * 2);
        Assert.Equal([EventIds.Unavailable], tested.Log.Ids);

        await server.StartAgainAsync();
        output.WriteLine($"counting {(await tested.WaitUntilCountingAsync()).TotalMilliseconds:0} ms after the server's start");
        Assert.Equal([EventIds.Unavailable, EventIds.Available], tested.Log.Ids[..2]);
    }

    [Fact]
    public async Task Start_NoServerAndNoCalls_IsLoggedAllTheSame()
    {
        await using var server = RedisServer.NotStarted();
        using TestedGateway tested = new(RedisConnection.Of(server.Configuration));

        tested.Gateway.Start();

        for (var attempt = 0; tested.Gateway.IsAvailable; attempt++)
        {
            Assert.True(attempt < 1_000, "It is not noticed within 10 s that there is no server.");
            await Task.Delay(10);
        }

        await Task.Delay(50);
        Assert.Equal([EventIds.Unavailable], tested.Log.Ids);
    }

    [Fact]
    public async Task Run_FactoryFailsAtFirst_IsAskedAgain()
    {
        await using var server = await RedisServer.StartAsync();
        using var multiplexer = await ConnectionMultiplexer.ConnectAsync(server.Configuration);
        var asked = 0;
        using TestedGateway tested = new(RedisConnection.Of(
            () => Interlocked.Increment(ref asked) < 3 ? throw new InvalidOperationException("not yet") : Task.FromResult<IConnectionMultiplexer>(multiplexer)));

        Assert.Null(await tested.CountAsync());
        await tested.WaitUntilCountingAsync();

        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task Run_FactoryHangs_WaitsForTheDeadlineOnce()
    {
        var asked = 0;
        TaskCompletionSource<IConnectionMultiplexer> hangs = new();
        using TestedGateway tested = new(RedisConnection.Of(() =>
        {
            Interlocked.Increment(ref asked);
            return hangs.Task;
        }));

        Assert.Null(await tested.CountAsync().WaitAsync(TimeSpan.FromSeconds(5)));
        Assert.False(tested.Gateway.IsAvailable);
        Assert.True(tested.CountAsync().IsCompleted);
        await Task.Delay(500);
        Assert.Equal(1, asked);
        Assert.Equal([EventIds.Unavailable], tested.Log.Ids);
    }

    [Fact]
    public async Task Run_FactoryGivesNothing_SaysSo()
    {
        using TestedGateway tested = new(RedisConnection.Of(() => Task.FromResult<IConnectionMultiplexer>(null!)));

        Assert.Null(await tested.CountAsync());

        Assert.Contains("gave none", Assert.Single(tested.Log.Entries).Message, StringComparison.Ordinal);
    }
}
