namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Whether a script sees all keys, which nobody but Redis itself can tell.</summary>
[Collection(Alone.Name)]
public class KeyspaceTests
{
    [Fact]
    public async Task Redis_Itself_TakesAllSlotsAndKeepsNothingOfTheProbe()
    {
        await using var server = await RedisServer.StartAsync();
        using var tested = await StartAsync(server.Configuration);

        Assert.True(tested.Gateway.TakesAllSlots);
        Assert.Empty(await server.CommandAsync("KEYS", "test:probe:*"));
        Assert.Contains("cmdstat_del:calls=64", await server.CommandAsync("INFO", "commandstats"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redis_WhereCallsAreNotGrouped_IsNotAskedWhatItSees()
    {
        await using var server = await RedisServer.StartAsync();
        using var tested = await StartAsync(server.Configuration, groupsCalls: false);

        Assert.False(tested.Gateway.TakesAllSlots);
        Assert.DoesNotContain("cmdstat_del", await server.CommandAsync("INFO", "commandstats"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Look_WithoutAnAnswer_IsANo()
    {
        (var multiplexer, var database) = FakeDatabase.Create();
        using var connection = RedisConnection.Of(multiplexer);
        var clock = new ManualTimeProvider();
        Keyspace keyspace = new(connection, "test", clock);

        var look = keyspace.LookAsync();
        Assert.Equal(64, database.Calls.Length);
        Assert.False(look.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(2));
        await look;

        Assert.False(keyspace.IsWhole);
    }

    [Fact]
    public async Task Look_ThatFails_IsANo()
    {
        (var multiplexer, var database) = FakeDatabase.Create();
        using var connection = RedisConnection.Of(multiplexer);
        Keyspace keyspace = new(connection, "test", TimeProvider.System);

        var look = keyspace.LookAsync();
        Assert.All(database.Calls, call => call.SetException(new InvalidOperationException("no")));
        await look;

        Assert.False(keyspace.IsWhole);
    }

    [Fact]
    public async Task Look_OvertakenByADoubt_IsANo()
    {
        await using var server = await RedisServer.StartAsync();
        using var connection = RedisConnection.Of(server.Configuration);
        await connection.OpenAsync();
        Keyspace keyspace = new(connection, "test", TimeProvider.System);

        var look = keyspace.LookAsync();
        keyspace.Doubt();
        await look;
        Assert.False(keyspace.IsWhole);

        await keyspace.LookAsync();
        Assert.True(keyspace.IsWhole);
    }

    [Fact]
    public async Task Outage_ThatIsOver_MayHaveBroughtAProxy()
    {
        await using var server = await RedisServer.StartAsync();
        await using var other = await RedisServer.StartAsync();
        await using var another = await RedisServer.StartAsync();
        using var tested = await StartAsync(server.Configuration);
        Assert.True(tested.Gateway.TakesAllSlots);

        await server.StopAsync();
        await UntilAsync(async () => await tested.CountAsync() is null);

        Assert.False(tested.Gateway.TakesAllSlots);
        await using (SpreadingProxy.Start(server.Port, other, another))
        {
            await tested.WaitUntilCountingAsync();
            await WasLookedForAsync(other, another);
            Assert.False(tested.Gateway.TakesAllSlots);
        }

        await server.StartAgainAsync();
        await tested.WaitUntilCountingAsync();
        await UntilAsync(() => tested.Gateway.TakesAllSlots);
    }

    [Fact]
    public async Task Connection_ThatIsMadeAnew_MayHaveBroughtAnotherServer()
    {
        await using var server = RedisServer.NotStarted();
        await using var other = await RedisServer.StartAsync();
        await using var another = await RedisServer.StartAsync();
        var proxy = SpreadingProxy.Start(server.Port, other, another);
        using var tested = await StartAsync(server.Configuration);
        Assert.False(tested.Gateway.TakesAllSlots);

        // Nobody asks for anything meanwhile.
        await proxy.DisposeAsync();
        await server.StartAgainAsync();
        await UntilAsync(() => tested.Gateway.TakesAllSlots);

        await server.StopAsync();
        await using var next = SpreadingProxy.Start(server.Port, other, another);
        await UntilAsync(() => !tested.Gateway.TakesAllSlots);
        Assert.Empty(tested.Log.Ids);
    }

    private static async Task<TestedGateway> StartAsync(string configuration, bool groupsCalls = true)
    {
        var tested = new TestedGateway(RedisConnection.Of(configuration), TimeSpan.FromSeconds(10), groupsCalls: groupsCalls);
        tested.Gateway.Start();
        await tested.Gateway.WarmUp;
        return tested;
    }

    /// <summary>Waits until one of the servers was asked for the keys, and the answer has been heard.</summary>
    private static async Task WasLookedForAsync(params RedisServer[] servers)
    {
        await UntilAsync(async () =>
        {
            var asked = await Task.WhenAll(servers.Select(server => server.CommandAsync("INFO", "commandstats")));
            return asked.Any(commands => commands.Contains("cmdstat_del", StringComparison.Ordinal));
        });
        await Task.Delay(100);
    }

    private static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var attempt = 0; !await condition(); attempt++)
        {
            Assert.True(attempt < 2_000, "It does not come about within 20 s.");
            await Task.Delay(10);
        }
    }
}
