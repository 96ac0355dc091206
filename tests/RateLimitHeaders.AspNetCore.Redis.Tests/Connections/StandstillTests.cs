namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A process that stands still, as in a garbage collection, past the deadline of a call that Redis has answered.</summary>
public sealed class StandstillTests : IDisposable
{
    private readonly LateTimers _time = new();
    private readonly FakeDatabase _database;
    private readonly TestedGateway _tested;

    public StandstillTests()
    {
        (var multiplexer, _database) = FakeDatabase.Create();
        _tested = new TestedGateway(RedisConnection.Of(multiplexer), timeProvider: _time);
    }

    public void Dispose() => _tested.Dispose();

    [Fact]
    public async Task Run_AnswerUnreadAtTheDeadline_IsReadFirst()
    {
        var call = _tested.RunAsync(TestedGateway.Count, "test:{a}").AsTask();
        _time.Now = TimeSpan.FromMilliseconds(400);
        _time.Fire();

        Assert.False(call.IsCompleted);
        Assert.Equal(TimeSpan.FromMilliseconds(25), _time.Set);
        _database.Calls[0].SetResult(FakeDatabase.Answer);

        Assert.NotNull(await call);
        Assert.Empty(_tested.Log.Entries);
    }

    [Fact]
    public async Task Run_NoAnswerAfterAStandstill_EndsALittleLater()
    {
        var call = _tested.RunAsync(TestedGateway.Count, "test:{a}").AsTask();
        _time.Now = TimeSpan.FromMilliseconds(400);
        _time.Fire();
        _time.Now = TimeSpan.FromMilliseconds(425);
        _time.Fire();

        Assert.Null(await call.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task Run_TimerInTime_GetsNoGrace()
    {
        var call = _tested.RunAsync(TestedGateway.Count, "test:{a}").AsTask();
        _time.Now = TimeSpan.FromMilliseconds(110);
        _time.Fire();

        Assert.Null(await call.WaitAsync(TimeSpan.FromSeconds(5)));
    }
}
