using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Whether a script sees all keys, which nobody tells who does not ask.</summary>
[Collection(Alone.Name)]
public sealed class KeyspaceTests : IDisposable
{
    private const int Keys = 64;
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(75);

    // Answers have no constructor: real ones are given.
    private static readonly Lazy<Task<ConnectionMultiplexer>> s_redis = new(
        async () => await ConnectionMultiplexer.ConnectAsync((await SharedRedis.GetAsync()).Configuration));

    private readonly ManualTimeProvider _clock = new();
    private readonly RecordedLog _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Redis_Itself_SeesAllKeysAndForgetsThoseOfTheProbe()
    {
        await using var server = await RedisServer.StartAsync();
        using var tested = await StartAsync(server.Configuration);

        Assert.True(tested.Gateway.SeesAllKeys());
        var left = (await server.CommandAsync("KEYS", "test:probe:*")).Split('\n');
        Assert.Equal(Keys, left.Length);
        Assert.InRange(int.Parse(await server.CommandAsync("PTTL", left[0]), System.Globalization.CultureInfo.InvariantCulture), 1, 5_000);
    }

    [Fact]
    public async Task Redis_WhereCallsAreNotGrouped_IsNotAsked()
    {
        await using var server = await RedisServer.StartAsync();
        using var tested = await StartAsync(server.Configuration, sharesCalls: false);

        Assert.False(tested.Gateway.SeesAllKeys());
        Assert.Empty(await server.CommandAsync("KEYS", "test:probe:*"));
    }

    [Fact]
    public async Task Server_ThatRefusesSeveralKeys_IsNotWrittenTo()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = SpreadingProxy.Start(0, server);
        proxy.RefusesSeveralKeys = true;
        using var tested = await StartAsync(proxy.Configuration);

        Assert.Equal(false, await tested.Gateway.Keyspace!.LookAsync());
        Assert.False(tested.Gateway.SeesAllKeys());
        Assert.Empty(await server.CommandAsync("KEYS", "test:probe:*"));
    }

    [Fact]
    public async Task Look_EachMinute_LeavesTheAnswerMeanwhile()
    {
        var (keyspace, database) = await FakeAsync();
        _clock.Advance(TimeSpan.FromSeconds(44));
        Assert.True(keyspace.IsWhole());
        Assert.False(keyspace.IsLooking);

        _clock.Advance(s_most - TimeSpan.FromSeconds(44));
        Assert.True(keyspace.IsWhole());
        Assert.True(keyspace.IsLooking);
        Assert.Equal(false, await SeeAsync(keyspace, database, found: Keys - 1));
        Assert.False(keyspace.IsWhole());
        Assert.Equal([EventIds.CallsShared, EventIds.CallsNotShared], _log.Ids);
    }

    [Fact]
    public async Task Look_WithoutAnAnswer_ChangesNothingAndIsRepeatedSoon()
    {
        var (keyspace, _) = await FakeAsync();
        _clock.Advance(s_most);
        for (var pause = 1; pause <= 32; pause *= 2)
        {
            Assert.True(keyspace.IsWhole());
            Assert.True(keyspace.IsLooking);
            var look = keyspace.LookAsync();
            await UntilAsync(() => _clock.RunningTimers == 1);
            _clock.Advance(TimeSpan.FromSeconds(2));
            Assert.Null(await look);

            // It stands, as the connection does.
            _clock.Advance(TimeSpan.FromSeconds(pause * 0.74));
            Assert.True(keyspace.IsWhole());
            Assert.False(keyspace.IsLooking);
            _clock.Advance(TimeSpan.FromSeconds(pause * 0.51));
        }
    }

    [Fact]
    public async Task Look_ThatFails_IsNoAnswer()
    {
        var (keyspace, database) = await FakeAsync();
        var look = keyspace.LookAsync();
        (await database.CallAsync(0)).SetException(new InvalidOperationException("no"));

        Assert.Null(await look);
        Assert.True(keyspace.IsWhole());
    }

    [Fact]
    public async Task Doubt_IsANo_AndWhoAsksLooksAgain()
    {
        var (keyspace, database) = await FakeAsync();
        keyspace.Doubt();

        Assert.False(keyspace.IsWhole());
        Assert.Equal(true, await SeeAsync(keyspace, database, found: Keys));
        Assert.True(keyspace.IsWhole());
        Assert.Equal([EventIds.CallsShared], _log.Ids);
    }

    [Fact]
    public async Task Look_OvertakenByADoubt_CountsForNothing()
    {
        var (keyspace, database) = await FakeAsync();
        var look = keyspace.LookAsync();
        await database.CallAsync(0);
        keyspace.Doubt();
        Assert.Same(look, keyspace.LookAsync());
        Assert.Equal(true, await SeeAsync(keyspace, database, found: Keys));

        Assert.False(keyspace.IsWhole());
        await SeeAsync(keyspace, database, found: Keys);
        Assert.True(keyspace.IsWhole());
    }

    [Fact]
    public async Task Deadline_ThatIsLost_ChangesNothing()
    {
        await using var server = await RedisServer.StartAsync();
        using var tested = await StartAsync(server.Configuration, TimeSpan.FromMilliseconds(100));

        // For longer than the slowest machine takes to notice; the server is ended with the test.
        await server.CommandAsync("CLIENT", "PAUSE", "60000", "ALL");
        await UntilAsync(async () => await tested.CountAsync() is null);
        Assert.Contains(EventIds.Unavailable, tested.Log.Ids);
        Assert.True(tested.Gateway.SeesAllKeys());
    }

    [Fact]
    public async Task Connection_ThatIsMadeAnew_MayHaveBroughtAnotherServer()
    {
        await using var server = RedisServer.NotStarted();
        await using var other = await RedisServer.StartAsync();
        await using var another = await RedisServer.StartAsync();
        var proxy = SpreadingProxy.Start(server.Port, other, another);
        using var tested = await StartAsync(server.Configuration);
        var keyspace = tested.Gateway.Keyspace!;
        Assert.Equal(false, await keyspace.LookAsync());

        // No call is lost with the connection.
        await proxy.DisposeAsync();
        await server.StartAgainAsync();
        await UntilAsync(tested.Gateway.SeesAllKeys);

        await server.StopAsync();
        await using var next = SpreadingProxy.Start(server.Port, other, another);
        await UntilAsync(() => !keyspace.IsWhole());
        await UntilAsync(async () => await keyspace.LookAsync() is not null);
        Assert.False(keyspace.IsWhole());
        Assert.Equal([EventIds.CallsNotShared, EventIds.CallsShared, EventIds.CallsNotShared], tested.Log.Ids);
    }

    [Fact]
    public async Task Connection_ForSubscriptions_MayBeLost()
    {
        await using var server = await RedisServer.StartAsync();
        using var multiplexer = await ConnectionMultiplexer.ConnectAsync(server.Configuration);
        await multiplexer.GetSubscriber().SubscribeAsync("news", (_, _) => { });
        TaskCompletionSource restored = new();
        multiplexer.ConnectionRestored += (_, change) =>
        {
            if (change.ConnectionType == ConnectionType.Subscription)
            {
                restored.TrySetResult();
            }
        };
        using var connection = RedisConnection.Of(multiplexer);
        var changes = 0;
        connection.Watch(() => changes++);

        await server.CommandAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await restored.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(0, changes);
    }

    private static async Task<TestedGateway> StartAsync(string configuration, TimeSpan? deadline = null, bool sharesCalls = true)
    {
        var tested = new TestedGateway(RedisConnection.Of(configuration), deadline ?? TimeSpan.FromSeconds(10), sharesCalls: sharesCalls);
        tested.Gateway.Start();
        await tested.Gateway.WarmUp;
        return tested;
    }

    /// <summary>Answers the look that is under way, or a new one, and forgets it.</summary>
    private static async Task<bool?> SeeAsync(Keyspace keyspace, FakeDatabase database, int found)
    {
        var look = keyspace.LookAsync();
        var answer = await (await s_redis.Value).GetDatabase().ScriptEvaluateAsync("return tonumber(ARGV[1])", [], [found]);
        (await database.CallAsync(0)).TrySetResult(answer);
        for (var i = 1; i <= Keys; i++)
        {
            (await database.CallAsync(i)).SetResult(answer);
        }

        var last = await database.CallAsync(Keys + 1);
        database.Forget();
        last.SetResult(answer);
        return await look;
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

    /// <summary>Makes one that has seen all keys.</summary>
    private async Task<(Keyspace Keyspace, FakeDatabase Database)> FakeAsync()
    {
        (var multiplexer, var database) = FakeDatabase.Create();
        Keyspace keyspace = new(RedisConnection.Of(multiplexer), "test", _clock, _log);
        Assert.False(keyspace.IsWhole());
        await SeeAsync(keyspace, database, found: Keys);
        Assert.True(keyspace.IsWhole());
        return (keyspace, database);
    }
}
