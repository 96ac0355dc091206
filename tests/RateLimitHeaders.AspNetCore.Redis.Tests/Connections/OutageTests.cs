using System.Globalization;
using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>What Redis can do to a gateway in the middle of load.</summary>
[Collection(Alone.Name)]
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
        await BePatientAsync();
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
        await BePatientAsync();
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
        var killed = 0;
        var load = await LoadDuringAsync(async () =>
        {
            for (var i = 0; killed < 5; i++)
            {
                Assert.True(i < 200, $"The client library has made no more than {killed} connections within 20 s.");
                killed += int.Parse(await _server.CommandAsync("CLIENT", "KILL", "TYPE", "normal"), CultureInfo.InvariantCulture);
                await Task.Delay(100);
            }
        });

        await RecoverAsync();
        output.WriteLine($"{killed} connections killed");
        AssertNobodyWaitedLong(load);

        // The client library may be connected again before anybody asks.
        AssertOneEventPerChange(leastOutages: 0);
    }

    [Fact]
    public async Task Load_ServerSleeps_FirstCallsWaitForTheDeadlineAndLaterNone()
    {
        var load = await LoadDuringAsync(() => _server.CommandAsync("DEBUG", "SLEEP", "1.5"));

        await RecoverAsync();
        AssertNobodyWaitedLong(load);
        AssertOneEventPerChange();
        Assert.InRange(load.Slow(TestedGateway.Deadline), 1, int.MaxValue);
        Assert.Contains("there was no answer within 100 ms", _tested.Log.Entries[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_ServerFull_TellsSoAndRecovers()
    {
        await BePatientAsync();
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
        await BePatientAsync();
        var load = await LoadDuringAsync(async () =>
        {
            await _server.CommandAsync("REPLICAOF", "127.0.0.1", "1");
            await Task.Delay(s_calm);
            Assert.False(_tested.Gateway.IsAvailable);
            await _server.CommandAsync("REPLICAOF", "NO", "ONE");
        });

        await RecoverAsync();
        AssertNobodyWaitedLong(load);
        Assert.Equal([EventIds.Unavailable, EventIds.Available], _tested.Log.Ids);
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
        AssertOneEventPerChange();
    }

    // Where Redis answers at once, be it with an error, a busy machine must not look like an outage.
    private async Task BePatientAsync()
    {
        _tested.Dispose();
        _tested = await TestedGateway.ConnectAsync(_server, TimeSpan.FromSeconds(10));
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
        Assert.InRange(load.Percentile(100), 0, 3_000);

        // Those of the moment wait, and no others.
        Assert.InRange(load.Slow(TestedGateway.Deadline), 0, 32 * 3);
    }

    // Whatever goes wrong, begins and ends; that a busy machine adds an outage of its own is not excluded.
    private void AssertOneEventPerChange(int leastOutages = 1)
    {
        var ids = _tested.Log.Ids;
        Assert.All(ids.Index(), entry => Assert.Equal(entry.Index % 2 == 0 ? EventIds.Unavailable : EventIds.Available, entry.Item));
        Assert.InRange(ids.Length, 2 * leastOutages, 12);
        Assert.Equal(0, ids.Length % 2);
    }
}
