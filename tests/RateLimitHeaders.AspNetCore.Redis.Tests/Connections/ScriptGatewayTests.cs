using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>The gateway while Redis is well, and calls that fail by their own fault.</summary>
[Collection(Alone.Name)]
public sealed class ScriptGatewayTests : IAsyncLifetime
{
    private RedisServer _server = null!;
    private TestedGateway _tested = null!;

    public async Task InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _tested = await TestedGateway.ConnectAsync(_server, TimeSpan.FromSeconds(10));
    }

    public async Task DisposeAsync()
    {
        _tested.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Run_UnderLoad_AnswersEachOnce()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(_ => Task.Run(() => _tested.CountAsync())));

        Assert.Equal(Enumerable.Range(1, 2_000).Select(n => (long?)n), answers.Order());
        Assert.Empty(_tested.Log.Entries);
    }

    [Fact]
    public async Task Run_UnknownScript_SendsItsTextOnce()
    {
        await _server.CommandAsync("SCRIPT", "FLUSH");
        await _server.CommandAsync("CONFIG", "RESETSTAT");

        Assert.Equal([1, 2, 3], [await _tested.CountAsync(), await _tested.CountAsync(), await _tested.CountAsync()]);

        var stats = await _server.CommandAsync("INFO", "commandstats");
        Assert.Contains("cmdstat_evalsha:calls=3", stats, StringComparison.Ordinal);
        Assert.Contains("cmdstat_eval:calls=1", stats, StringComparison.Ordinal);
        Assert.Empty(_tested.Log.Entries);
    }

    [Fact]
    public async Task Run_FaultyScript_FailsAloneAndIsLoggedOnceAsError()
    {
        RedisScript faulty = new("return redis.call('INCR', KEYS[1]) + nothing");

        Assert.Null(await _tested.RunAsync(faulty, "test:{faulty}"));
        Assert.Null(await _tested.RunAsync(faulty, "test:{faulty}"));

        Assert.True(_tested.Gateway.IsAvailable);
        Assert.Equal(1, await _tested.CountAsync());
        var entry = Assert.Single(_tested.Log.Entries);
        Assert.Equal((Microsoft.Extensions.Logging.LogLevel.Error, EventIds.CallFailed), (entry.Level, entry.Id));
        Assert.Contains("nothing", entry.Message, StringComparison.Ordinal);
        Assert.NotNull(_tested.Gateway.RecentFault);
    }

    [Fact]
    public async Task Run_KeyOfAnotherType_FailsAlone()
    {
        await _server.CommandAsync("LPUSH", "test:{list}", "somebody's");

        Assert.Null(await _tested.CountAsync("test:{list}"));

        Assert.Equal(1, await _tested.CountAsync());
        Assert.Equal([EventIds.CallFailed], _tested.Log.Ids);
    }

    [Fact]
    public async Task Run_AfterDispose_AnswersNothingAndLogsNothing()
    {
        _tested.Dispose();

        Assert.Null(await _tested.CountAsync());
        Assert.Empty(_tested.Log.Entries);
    }

    [Fact]
    public async Task Dispose_CallUnderWay_EndsIt()
    {
        await _server.CommandAsync("CLIENT", "PAUSE", "1000");

        var call = _tested.CountAsync();
        await Task.Delay(50);
        Assert.False(call.IsCompleted);
        _tested.Dispose();

        Assert.Null(await call.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task Dispose_ConnectionOfTheApplications_StaysOpen()
    {
        using var multiplexer = await ConnectionMultiplexer.ConnectAsync(_server.Configuration);
        foreach (var connection in new[] { RedisConnection.Of(multiplexer), RedisConnection.Of(() => Task.FromResult<IConnectionMultiplexer>(multiplexer)) })
        {
            TestedGateway tested = new(connection);
            tested.Gateway.Start();
            await tested.WaitUntilCountingAsync();
            tested.Dispose();

            Assert.True(multiplexer.IsConnected);
            await multiplexer.GetDatabase().PingAsync();
        }
    }

    [Fact]
    public async Task Dispose_ConnectionOfItsOwn_IsClosed()
    {
        const string Name = "closed-with-the-gateway";
        TestedGateway tested = new(RedisConnection.Of($"{_server.Configuration},name={Name}"));
        tested.Gateway.Start();
        await tested.WaitUntilCountingAsync();
        Assert.Contains(Name, await _server.CommandAsync("CLIENT", "LIST"), StringComparison.Ordinal);

        tested.Dispose();

        await Task.Delay(200);
        Assert.DoesNotContain(Name, await _server.CommandAsync("CLIENT", "LIST"), StringComparison.Ordinal);
    }
}
