namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public sealed class ScriptRunnerTests : IAsyncLifetime
{
    private static readonly RedisScript s_count = new("local n = redis.call('INCR', KEYS[1]) redis.call('PEXPIRE', KEYS[1], 60000) return n");

    private RedisServer _server = null!;
    private RedisConnection _connection = null!;
    private ScriptRunner _runner = null!;

    public async Task InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _connection = RedisConnection.Of(_server.Configuration);
        _runner = new ScriptRunner(_connection, groupsCalls: null);
    }

    public async Task DisposeAsync()
    {
        _connection.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Run_ManyAtOnce_AnswersEachOnce()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(_ => Task.Run(CountAsync)));

        Assert.Equal(Enumerable.Range(1, 2_000).Select(n => (long)n), answers.Order());
    }

    [Fact]
    public async Task Run_UnknownScript_SendsItsTextOnce()
    {
        await CountAsync();
        await _server.CommandAsync("SCRIPT", "FLUSH");
        await _server.CommandAsync("CONFIG", "RESETSTAT");

        Assert.Equal((2L, 3L, 4L), (await CountAsync(), await CountAsync(), await CountAsync()));

        var stats = await _server.CommandAsync("INFO", "commandstats");
        Assert.Contains("cmdstat_evalsha:calls=3", stats, StringComparison.Ordinal);
        Assert.Contains("cmdstat_eval:calls=1", stats, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FaultyScript_FailsByItsOwnFault()
    {
        var failure = await Assert.ThrowsAsync<RateLimitStoreException>(
            () => _runner.RunAsync(new RedisScript("return redis.call('INCR', KEYS[1]) + nothing"), ["test"], []));

        Assert.Equal(StoreFailureKind.Call, failure.Kind);
        Assert.Contains("nothing", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithoutAServer_FailsAtOnce()
    {
        await CountAsync();
        await _server.StopAsync();
        for (var attempt = 0; ; attempt++)
        {
            var start = TimeProvider.System.GetTimestamp();
            var failure = await Assert.ThrowsAsync<RateLimitStoreException>(CountAsync);
            Assert.Equal(StoreFailureKind.Connection, failure.Kind);
            if (TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromMilliseconds(50))
            {
                return;
            }

            Assert.True(attempt < 200, "Calls wait for a server that is not there.");
        }
    }

    [Fact]
    public async Task Run_AfterTheConnectionWasDisposed_Fails()
    {
        await CountAsync();
        _connection.Dispose();

        Assert.Equal(StoreFailureKind.Connection, (await Assert.ThrowsAsync<RateLimitStoreException>(CountAsync)).Kind);
        Assert.Equal(StoreFailureKind.Connection, (await Assert.ThrowsAsync<RateLimitStoreException>(() => _runner.RunAsync(Scripts.Delete, ["test"], []))).Kind);
    }

    private async Task<long> CountAsync() => (long)await _runner.RunAsync(s_count, ["test"], []);
}
