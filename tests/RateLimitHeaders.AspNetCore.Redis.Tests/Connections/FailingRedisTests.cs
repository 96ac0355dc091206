using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>What callers of an API see while something happens to Redis, in the middle of load on two hosts.</summary>
[Collection(Alone.Name)]
public sealed class FailingRedisTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Limit = 1_000_000;
    private const int Callers = 32;

    // What the tests allow beyond the deadline: the machine may be busy with others. A connection is given up after a second.
    private const double Allowance = 500;

    private const int MostTurns = 20;

    private static readonly TimeSpan s_deadline = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_calm = TimeSpan.FromMilliseconds(500);

    private static readonly Dictionary<string, Func<FailingRedisTests, Task>> s_happenings = new(StringComparer.Ordinal)
    {
        ["nothing"] = static _ => Task.Delay(s_calm),
        ["SCRIPT FLUSH"] = static test => test._server.CommandAsync("SCRIPT", "FLUSH"),
        ["FLUSHALL"] = static test => test._server.CommandAsync("FLUSHALL"),
        ["CLIENT KILL"] = static test => test._server.CommandAsync("CLIENT", "KILL", "TYPE", "normal"),

        // Longer than any answer may take, so that callers that wait for it are seen, however few they are among the others.
        ["DEBUG SLEEP"] = static test => test._server.CommandAsync("DEBUG", "SLEEP", "4"),
        ["maxmemory"] = static async test =>
        {
            await test._server.CommandAsync("CONFIG", "SET", "maxmemory", "1");
            await Task.Delay(TimeSpan.FromSeconds(1));
            await test.IsKnownAsync("OOM");
            await test._server.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        },
        ["replica"] = static async test =>
        {
            await test._server.CommandAsync("REPLICAOF", "127.0.0.1", "1");
            await Task.Delay(TimeSpan.FromSeconds(1));
            await test.IsKnownAsync("READONLY");
            await test._server.CommandAsync("REPLICAOF", "NO", "ONE");
        },
        ["stop and start"] = static async test =>
        {
            await test._server.StopAsync();
            await Task.Delay(TimeSpan.FromSeconds(1));
            await test._server.StartAgainAsync();
        },
    };

    private RedisServer _server = null!;
    private RedisApi _one = null!;
    private RedisApi _other = null!;

    public static TheoryData<string> Happenings => [.. s_happenings.Keys];

    public async Task InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _one = await StartAsync();
        _other = await StartAsync();
        await _one.WaitUntilCountingAsync();
        await _other.WaitUntilCountingAsync();
        _one.Log.Clear();
        _other.Log.Clear();
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Happenings))]
    public async Task Load_SomethingHappens_CallersAreAnsweredInTimeAndBothHostsCountTogetherAfterwards(string happening)
    {
        ConcurrentDictionary<HttpStatusCode, int> statuses = [];
        var load = Load.Start(
            async () =>
            {
                var (status, remaining) = await (Random.Shared.Next(2) == 0 ? _one : _other).GetAsync();
                statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
                return remaining is not null;
            },
            Callers);
        await Task.Delay(s_calm);
        await s_happenings[happening](this);
        await _one.WaitUntilCountingAsync();
        await _other.WaitUntilCountingAsync();
        await Task.Delay(s_calm);
        await load.StopAsync();

        // They take turns: each sees what the other took.
        var (remaining, requests) = await TakeTurnsAsync();
        var counted = Limit - remaining[0] - 1;
        var sent = load.Calls + requests - remaining.Length;
        output.WriteLine($"{happening}: {load.Describe()}");
        output.WriteLine($"{happening}: {string.Join(", ", statuses.Select(pair => $"{pair.Value} times {(int)pair.Key}"))}; Redis knows of {counted} of them");
        Report(_one);
        Report(_other);

        Assert.Equal([HttpStatusCode.OK], statuses.Keys);
        Assert.Equal(0, load.Unanswered);

        // A machine that is slow throughout is slow for the median, too, which no happening changes.
        Assert.InRange(load.Percentile(99), 0, s_deadline.TotalMilliseconds + Allowance + load.Standstill + (4 * load.Percentile(50)));
        Assert.InRange(load.Percentile(100), 0, 3_000 + load.Standstill);
        Assert.Equal(Enumerable.Range(0, 6).Select(i => remaining[0] - i), remaining);
        Assert.InRange(counted, happening == "FLUSHALL" || HadOutage(_one) || HadOutage(_other) ? 1 : sent, sent);
        AssertOneEventPerChange(_one);
        AssertOneEventPerChange(_other);
    }

    [Theory]
    [InlineData(StoreUnavailable.LimitInMemory, HttpStatusCode.OK, 4L)]
    [InlineData(StoreUnavailable.Admit, HttpStatusCode.OK, null)]
    [InlineData(StoreUnavailable.Reject, HttpStatusCode.ServiceUnavailable, null)]
    public async Task Start_NoServer_AnswersAsChosen(StoreUnavailable behavior, HttpStatusCode status, long? remaining)
    {
        // What a request needs is compiled.
        await _one.GetAsync();

        // A connection that is refused needs no deadline; a longer one keeps a busy machine from looking like an outage later.
        await using var server = RedisServer.NotStarted();
        var start = TimeProvider.System.GetTimestamp();
        await using var api = await RedisApi.StartAsync(10, builder => builder.AddRedis(server.HastyConfiguration, redis =>
        {
            redis.WhenUnavailable = behavior;
            redis.Nodes = 2;
            redis.Deadline = TimeSpan.FromSeconds(20);
        }));
        var started = TimeProvider.System.GetElapsedTime(start);
        start = TimeProvider.System.GetTimestamp();

        Assert.Equal((status, remaining), await api.GetAsync());

        var answered = TimeProvider.System.GetElapsedTime(start);
        output.WriteLine($"started within {started.TotalMilliseconds:0} ms; first answer after {answered.TotalMilliseconds:0} ms");

        // The client gives a call up after five seconds.
        Assert.InRange(answered.TotalMilliseconds, 0, 4_500);
        Assert.Equal(status, (await api.GetAsync()).Status);
        Assert.Equal([EventIds.StoreUnavailable], api.StoreEventIds);

        await server.StartAgainAsync();
        await api.WaitUntilCountingAsync();

        // On a busy machine the first request's call may have waited for the connection, and be counted after its deadline.
        var counted = await api.GetAsync();
        Assert.Equal(HttpStatusCode.OK, counted.Status);
        Assert.InRange(counted.Remaining!.Value, 8, 9);
        await Eventually.IsTrueAsync(() => api.StoreEventIds.Length >= 2, "The end of the outage is not logged.");
        Assert.Equal([EventIds.StoreUnavailable, EventIds.StoreAvailable], api.StoreEventIds[..2]);
    }

    [Fact]
    public async Task Start_ServerThatNeverAnswers_CostsTheFirstRequestTheDeadline()
    {
        // What a request needs is compiled.
        await _one.GetAsync();

        // It accepts connections, and no program reads what they send.
        using var listener = new TcpListener(IPAddress.Loopback, port: 0);
        listener.Start();
        await using var api = await RedisApi.StartAsync(
            10, builder => builder.AddRedis($"{listener.LocalEndpoint},abortConnect=false", redis => redis.Nodes = 2));
        var start = TimeProvider.System.GetTimestamp();

        Assert.Equal((HttpStatusCode.OK, 4L), await api.GetAsync());

        var answered = TimeProvider.System.GetElapsedTime(start);
        output.WriteLine($"first answer after {answered.TotalMilliseconds:0} ms");

        // The client gives a connection up after five seconds.
        Assert.InRange(answered.TotalMilliseconds, 0, s_deadline.TotalMilliseconds + 4_000);
        Assert.Equal([EventIds.StoreUnavailable], api.StoreEventIds);
    }

    [Fact]
    public async Task Load_ServerStopped_AdmitsTheSharesOfBothHostsInMemory()
    {
        await using var one = await StartAsync(limit: 100);
        await using var other = await StartAsync(limit: 100);
        await one.WaitUntilCountingAsync();
        await other.WaitUntilCountingAsync();
        await _server.StopAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 600).Select(i => Task.Run(() => (i % 2 == 0 ? one : other).GetAsync())));

        var admitted = answers.Count(answer => answer.Status == HttpStatusCode.OK);
        output.WriteLine($"{admitted} of {answers.Length} admitted");
        Assert.Equal(100, admitted);
        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.TooManyRequests));
    }

    private Task<RedisApi> StartAsync(int limit = Limit) =>
        RedisApi.StartAsync(limit, builder => builder.AddRedis(_server.HastyConfiguration, redis => redis.Nodes = 2));

    /// <summary>Sends requests to both hosts in turn until no outage comes between them: on a busy machine one answer may be late.</summary>
    /// <returns>What remained after each of six requests, and how many were sent for that.</returns>
    private async Task<(long[] Remaining, int Requests)> TakeTurnsAsync()
    {
        var remaining = new long[6];
        for (var turn = 1; ; turn++)
        {
            await _one.WaitUntilCountingAsync();
            await _other.WaitUntilCountingAsync();
            var (ofOne, ofOther) = (_one.StoreEventIds.Length, _other.StoreEventIds.Length);
            for (var i = 0; i < remaining.Length; i++)
            {
                remaining[i] = (await (i % 2 == 0 ? _one : _other).GetAsync()).Remaining!.Value;
            }

            // An outage that is over is told a moment later.
            if (ofOne % 2 == 0 && ofOther % 2 == 0 && (ofOne, ofOther) == (_one.StoreEventIds.Length, _other.StoreEventIds.Length))
            {
                return (remaining, turn * remaining.Length);
            }

            Assert.True(turn < MostTurns, $"There are outages in all of {turn} turns.");
        }
    }

    private static bool HadOutage(RedisApi api) => api.StoreEventIds.Length > 0;

    private void Report(RedisApi api)
    {
        foreach (var (_, _, message) in api.StoreEvents)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {message}"));
        }
    }

    /// <summary>Waits until both hosts know why the server does not count. A late answer may have been an outage before.</summary>
    private async Task IsKnownAsync(string reason)
    {
        foreach (var api in new[] { _one, _other })
        {
            await Eventually.IsTrueAsync(
                () => api.Guard.Outage?.Cause.Reason.Contains(reason, StringComparison.Ordinal) is true, $"The reason is not {reason}.");
        }
    }

    private static void AssertOneEventPerChange(RedisApi api)
    {
        var ids = api.StoreEventIds;
        Assert.All(ids.Index(), entry => Assert.Equal(entry.Index % 2 == 0 ? EventIds.StoreUnavailable : EventIds.StoreAvailable, entry.Item));
        Assert.Equal(0, ids.Length % 2);
    }
}
