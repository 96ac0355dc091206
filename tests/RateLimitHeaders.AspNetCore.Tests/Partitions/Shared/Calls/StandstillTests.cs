using Microsoft.Extensions.Logging.Abstractions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A process that stands still, as in a garbage collection, past the deadline of a call that the store has answered.</summary>
public sealed class StandstillTests : IDisposable
{
    private readonly LateTimers _time = new();
    private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StoreGuard _guard;

    public StandstillTests() => _guard = TestStack.GuardOf(new ScriptedStore(), _time, NullLogger.Instance);

    public void Dispose() => _guard.Dispose();

    [Fact]
    public async Task Call_AnswerUnreadAtTheDeadline_IsReadFirst()
    {
        var call = RunAsync();
        FireAt(400);
        Assert.False(call.IsCompleted);
        Assert.Equal(TimeSpan.FromMilliseconds(25), _time.Set);
        _answer.SetResult();
        Assert.True(await call);
        Assert.True(_guard.IsAvailable);
    }

    [Fact]
    public async Task Call_NoAnswerAfterAStandstill_EndsALittleLater()
    {
        var call = RunAsync();
        FireAt(400);
        FireAt(425);
        Assert.False(await call);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(125)]
    public async Task Call_TimerAboutInTime_GetsNoGrace(int milliseconds)
    {
        var call = RunAsync();
        FireAt(milliseconds);
        Assert.False(await call.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    private void FireAt(int milliseconds)
    {
        _time.Now = TimeSpan.FromMilliseconds(milliseconds);
        _time.Fire();
    }

    private Task<bool> RunAsync() =>
        _guard.RunAsync(default, _answer.Task, static answer => new ValueTask(answer)).AsTask();
}
