using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public sealed class RedisMetricsTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly RecordedMeasurements _measurements;
    private readonly FakeDatabase _database;
    private readonly TestedGateway _tested;

    public RedisMetricsTests()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _measurements = new(factory);
        (var multiplexer, _database) = FakeDatabase.Create();
        _tested = new TestedGateway(RedisConnection.Of(multiplexer), timeProvider: _time, meters: factory);
    }

    public void Dispose()
    {
        _tested.Dispose();
        _measurements.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task Run_Answered_RecordsItsDuration()
    {
        var call = _tested.RunAsync(TestedGateway.Count, "test:{a}");
        _time.Advance(TimeSpan.FromMilliseconds(7));
        _database.Calls[0].SetResult(FakeDatabase.Answer);
        await call;

        Assert.Equal([(0.007, null)], _measurements.Of("rate_limit_headers.redis.call.duration"));
        Assert.Empty(_measurements.Of("rate_limit_headers.redis.failures"));
        Assert.Equal([(1, null)], _measurements.Of("rate_limit_headers.redis.available"));
    }

    [Theory]
    [InlineData("OOM command not allowed", "server", 0)]
    [InlineData("WRONGTYPE Operation against a key holding the wrong kind of value", "call", 1)]
    [InlineData(null, "connection", 0)]
    public async Task Run_Fails_IsCountedByItsKind(string? error, string kind, int available)
    {
        var call = _tested.RunAsync(TestedGateway.Count, "test:{a}");
        _database.Calls[0].SetException(error is null ? RedisErrors.Connection("lost") : RedisErrors.Server(error));
        await call;

        Assert.Equal([(1, kind)], _measurements.Of("rate_limit_headers.redis.failures"));
        Assert.Equal([(available, null)], _measurements.Of("rate_limit_headers.redis.available"));
    }

    [Fact]
    public async Task Run_TooLate_IsCountedAndProbesAreNot()
    {
        var call = _tested.RunAsync(TestedGateway.Count, "test:{a}");
        _time.Advance(TimeSpan.FromMilliseconds(101));
        await call;
        (await _database.CallAsync(1)).SetException(RedisErrors.Connection("none"));

        // Its failure has been seen when the pause after it begins, beside the deadline, which still runs.
        while (_time.RunningTimers < 2)
        {
            await Task.Delay(1);
        }

        Assert.Equal([(1, "deadline")], _measurements.Of("rate_limit_headers.redis.failures"));
        Assert.Single(_measurements.Of("rate_limit_headers.redis.call.duration"));
    }
}
