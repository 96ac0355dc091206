using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>When a call ends that is not answered, and when Redis is asked again, on a clock of the test's.</summary>
public sealed class DeadlineTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly FakeDatabase _database;
    private readonly TestedGateway _tested;

    public DeadlineTests()
    {
        (var multiplexer, _database) = FakeDatabase.Create();
        _tested = new TestedGateway(RedisConnection.Of(multiplexer), timeProvider: _time);
    }

    public void Dispose() => _tested.Dispose();

    [Fact]
    public async Task Run_NoAnswer_EndsAtTheDeadline()
    {
        var call = Run();
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(call.IsCompleted);
        Assert.True(_tested.Gateway.IsAvailable);

        _time.Advance(TimeSpan.FromMilliseconds(2));

        Assert.Null(await call);
        Assert.False(_tested.Gateway.IsAvailable);
        Assert.Equal([EventIds.Unavailable], _tested.Log.Ids);
    }

    [Fact]
    public async Task Run_CallsOneAfterTheOther_EachHasItsOwnDeadline()
    {
        var first = Run();
        _time.Advance(TimeSpan.FromMilliseconds(60));
        var second = Run();
        var third = Run();
        _database.Calls[1].SetResult(FakeDatabase.Answer);
        Assert.NotNull(await second);

        _time.Advance(TimeSpan.FromMilliseconds(41));
        Assert.Null(await first);
        Assert.False(third.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(60));
        Assert.Null(await third);
    }

    [Fact]
    public async Task Run_InAnOutage_WaitsForNothing()
    {
        _ = Run();
        _time.Advance(TimeSpan.FromMilliseconds(101));
        var calls = _database.Calls.Length;

        var call = Run();

        Assert.True(call.IsCompletedSuccessfully);
        Assert.Null(await call);
        Assert.InRange(_database.Calls.Length, calls, calls + 1); // The first probe, at most.
    }

    [Fact]
    public async Task Run_NothingUnderWay_RunsNoTimer()
    {
        var call = Run();
        Assert.Equal(1, _time.RunningTimers);
        _database.Calls[0].SetResult(FakeDatabase.Answer);
        await call;

        _time.Advance(TimeSpan.FromMilliseconds(101));

        Assert.Equal(0, _time.RunningTimers);
    }

    [Fact]
    public async Task Run_LateFailure_IsObserved()
    {
        var unobserved = 0;
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, failed) =>
            unobserved += failed.Exception.InnerException is RedisConnectionException { Message: "late" } ? 1 : 0;
        TaskScheduler.UnobservedTaskException += note;
        try
        {
            await Task.Run(FailLateAsync);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= note;
        }

        Assert.Equal(0, unobserved);
    }

    [Fact]
    public async Task Probe_FirstAnswer_EndsTheOutage()
    {
        _ = Run();
        _time.Advance(TimeSpan.FromMilliseconds(101));

        (await _database.CallAsync(1)).SetResult(FakeDatabase.Answer);

        await AvailableAsync();
        Assert.Equal([EventIds.Unavailable, EventIds.Available], _tested.Log.Ids);
    }

    [Fact]
    public async Task Run_CallOfAnOutageThatIsOver_BeginsNone()
    {
        _ = Run();
        _time.Advance(TimeSpan.FromMilliseconds(50));
        var other = Run();
        _time.Advance(TimeSpan.FromMilliseconds(51));
        (await _database.CallAsync(2)).SetResult(FakeDatabase.Answer);
        await AvailableAsync();

        _time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Null(await other);
        Assert.True(_tested.Gateway.IsAvailable);
        Assert.Equal([EventIds.Unavailable, EventIds.Available], _tested.Log.Ids);
    }

    private Task<RedisResult?> Run() => _tested.RunAsync(TestedGateway.Count, "test:{a}").AsTask();

    private async Task AvailableAsync()
    {
        for (var attempt = 0; !_tested.Gateway.IsAvailable || _tested.Log.Ids.Length < 2; attempt++)
        {
            Assert.True(attempt < 5_000, "The outage does not end.");
            await Task.Delay(1);
        }
    }

    private async Task FailLateAsync()
    {
        var call = Run();
        _time.Advance(TimeSpan.FromMilliseconds(101));
        Assert.Null(await call);
        _database.Calls[0].SetException(RedisErrors.Connection("late"));
        _database.Forget();

        // The continuation runs on another thread.
        await Task.Delay(100);
    }
}
