using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>What Redis can do to a gateway in the middle of load.</summary>
[Collection(AloneCollection.Name)]
public sealed class OutageTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan s_calm = TimeSpan.FromMilliseconds(500);

    private RedisServer _server = null!;
    private TestedGateway _tested = null!;

    public async Task InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _tested = await TestedGateway.ConnectAsync(_server);
    }

    public async Task DisposeAsync()
    {
        _tested.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Load_ScriptsFlushed_LosesNoAnswer()
    {
        var load = await LoadDuringAsync(async () =>
        {
            for (var i = 0; i < 5; i++)
            {
                await _server.CommandAsync("SCRIPT", "FLUSH");
                await Task.Delay(50);
            }
        });

        Assert.Equal(0, load.Unanswered);
        Assert.Empty(_tested.Log.Entries);
    }

    [Fact]
    public async Task Load_DataFlushed_CountsOnFromNothing()
    {
        long before = 0;
        var load = await LoadDuringAsync(async () =>
        {
            before = (await _tested.CountAsync())!.Value;
            await _server.CommandAsync("FLUSHALL");
        });

        Assert.Equal(0, load.Unanswered);
        Assert.InRange((await _tested.CountAsync())!.Value, 1, load.Calls - before + 10);
        Assert.Empty(_tested.Log.Entries);
    }

    [Fact]
    public async Task Load_ConnectionKilled_RecoversByItself()
    {
        var load = await LoadDuringAsync(() => _server.CommandAsync("CLIENT", "KILL", "TYPE", "normal"));

        await RecoverAsync();
        AssertNobodyWaitedLong(load);
        AssertOneOutageEach();
    }

    [Fact]
    public async Task Load_ServerSleeps_FirstCallsWaitForTheDeadlineAndLaterNone()
    {
        var load = await LoadDuringAsync(() => _server.CommandAsync("DEBUG", "SLEEP", "1.5"));

        await RecoverAsync();
        AssertNobodyWaitedLong(load);
        AssertOneOutageEach();

        // The callers of the moment wait, once.
        Assert.InRange(load.Slow(TestedGateway.Deadline), 1, 32 * 2);
        Assert.Contains("there was no answer within 100 ms", _tested.Log.Entries[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_ServerFull_TellsSoAndRecovers()
    {
        var load = await LoadDuringAsync(async () =>
        {
            await _server.CommandAsync("CONFIG", "SET", "maxmemory", "1");
            await Task.Delay(s_calm);
            Assert.False(_tested.Gateway.IsAvailable);
            await _server.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        });

        await RecoverAsync();
        AssertNobodyWaitedLong(load);
        Assert.Equal([EventIds.Unavailable, EventIds.Available], _tested.Log.Ids);
        Assert.Contains("OOM", _tested.Log.Entries[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_ServerBecomesReplica_TellsSoAndRecovers()
    {
        var load = await LoadDuringAsync(async () =>
        {
            await _server.CommandAsync("REPLICAOF", "127.0.0.1", "1");
            await Task.Delay(s_calm);
            Assert.False(_tested.Gateway.IsAvailable);
            await _server.CommandAsync("REPLICAOF", "NO", "ONE");
        });

        await RecoverAsync();
        AssertNobodyWaitedLong(load);
        AssertOneOutageEach();
        Assert.Contains("READONLY", _tested.Log.Entries[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_ServerStopsAndStarts_RecoversByItself()
    {
        var load = await LoadDuringAsync(async () =>
        {
            await _server.StopAsync();
            await Task.Delay(TimeSpan.FromSeconds(1));
            Assert.False(_tested.Gateway.IsAvailable);
            await _server.StartAgainAsync();
        });

        await RecoverAsync();
        AssertNobodyWaitedLong(load);
        AssertOneOutageEach();
    }

    private async Task<Load> LoadDuringAsync(Func<Task> happening)
    {
        var load = Load.Start(async () => await _tested.CountAsync() is not null);
        await Task.Delay(s_calm);
        await happening();
        await Task.Delay(s_calm);
        await load.StopAsync();
        output.WriteLine(load.Describe());
        return load;
    }

    private async Task RecoverAsync()
    {
        var time = await _tested.WaitUntilCountingAsync();
        output.WriteLine($"counting again {time.TotalMilliseconds:0} ms after the load");
        foreach (var (_, _, message) in _tested.Log.Entries)
        {
            output.WriteLine(message);
        }
    }

    // The deadline plus a little; the machine of the tests may be busy with others.
    private static void AssertNobodyWaitedLong(Load load)
    {
        Assert.InRange(load.Percentile(99), 0, TestedGateway.Deadline.TotalMilliseconds + 50);
        Assert.InRange(load.Percentile(100), 0, 1_000);
    }

    private void AssertOneOutageEach()
    {
        var ids = _tested.Log.Ids;
        Assert.Equal(ids.Length / 2, ids.Count(id => id == EventIds.Unavailable));
        Assert.All(ids.Index(), entry => Assert.Equal(entry.Index % 2 == 0 ? EventIds.Unavailable : EventIds.Available, entry.Item));
        Assert.InRange(ids.Length, 2, 4);
    }
}
