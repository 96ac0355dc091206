namespace RateLimitHeaders.AspNetCore.Tests;

public sealed class StoreCallTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly RecordingLogger _log = new();
    private readonly TaskCompletionSource _answer = new();
    private readonly StoreGuard _guard;

    public StoreCallTests() => _guard = TestStack.GuardOf(new ScriptedStore(), _clock, _log);

    public void Dispose() => _guard.Dispose();

    [Fact]
    public async Task Answer_OnAThreadOfTheClientLibrary_DoesNotRunTheRequestThere()
    {
        // It would hold up the thread that answers for as long as it runs, and here that thread is what it waits for.
        using var answered = new ManualResetEventSlim();
        var call = RunAsync();
        var request = Task.Run(() => call);
        var blocking = call.ContinueWith(
            _ => answered.Wait(TimeSpan.FromSeconds(20)),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

        // Not here, where there is the synchronization context of the tests: with it, nothing continues where a task is completed.
        await Task.Run(() =>
        {
            _answer.SetResult();
            answered.Set();
        });
        Assert.True(await blocking);
        Assert.True(await request);
    }

    [Fact]
    public async Task Answer_AfterTheDeadline_RunsOnLateAnswer()
    {
        var late = 0;
        var call = RunAsync(new() { OnLateAnswer = () => late++ });
        _clock.Advance(TimeSpan.FromMilliseconds(101));
        Assert.False(await call);
        Assert.Equal(0, late);

        // Not here, where there is the synchronization context of the tests.
        await Task.Run(_answer.SetResult);
        await _guard.LateCalls.WhenReadAsync();
        Assert.Equal(1, late);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_WithoutAnAnswerInTime_IsLateUntilItHasOne(bool succeeds)
    {
        var call = RunAsync();
        Assert.Equal(0, _guard.LateCalls.Count);
        _clock.Advance(TimeSpan.FromMilliseconds(101));
        Assert.False(await call);
        Assert.Equal(1, _guard.LateCalls.Count);
        await Task.Run(() => succeeds ? _answer.TrySetResult() : _answer.TrySetException(new TimeoutException("late")));
        await _guard.LateCalls.WhenReadAsync();
        Assert.Equal(0, _guard.LateCalls.Count);
    }

    /// <summary>A client may look for a server for longer than the deadline before it tells that there is none.</summary>
    [Theory]
    [InlineData(StoreFailureKind.Connection, "it is gone")]
    [InlineData(StoreFailureKind.Server, "it is gone")]
    [InlineData(StoreFailureKind.Deadline, "there was no answer within 100 ms")]
    [InlineData(StoreFailureKind.Call, "there was no answer within 100 ms")]
    public async Task Failure_AfterTheDeadline_IsTheCauseOfTheOutageIfItIsOfConnectionOrServer(StoreFailureKind kind, string reason)
    {
        using var plan = new TestedPlan(Quota.FixedWindow("q", 8, TimeSpan.FromMinutes(1)));
        plan.Store.Answer = ScriptedStore.Wait;
        var call = plan.TryAsync();
        plan.Clock.Advance(TimeSpan.FromMilliseconds(101));
        Assert.False(await call);
        Assert.Equal("there was no answer within 100 ms", plan.Guard.Outage!.Cause.Reason);
        plan.Store.Calls[0].Answered.SetException(new RateLimitStoreException(kind, "it is gone"));
        await Eventually.IsTrueAsync(() => plan.Guard.LateCalls.Count == 0, "The answer is not read.");
        Assert.Equal(reason, plan.Guard.Outage!.Cause.Reason);
    }

    [Fact]
    public async Task Call_WithAnAnswerInTime_IsNeverLate()
    {
        var call = RunAsync();
        _answer.SetResult();
        Assert.True(await call);
        _clock.Advance(TimeSpan.FromMilliseconds(101));
        Assert.Equal(0, _guard.LateCalls.Count);
    }

    [Fact]
    public async Task Answer_InTime_DoesNotRunOnLateAnswer()
    {
        var late = 0;
        var call = RunAsync(new() { OnLateAnswer = () => late++ });
        _answer.SetResult();
        Assert.True(await call);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, late);
    }

    [Fact]
    public async Task Failure_AfterTheDeadline_IsObserved()
    {
        var unobserved = 0;
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, failed) =>
            unobserved += failed.Exception.InnerException is TimeoutException { Message: "late and observed" } ? 1 : 0;
        TaskScheduler.UnobservedTaskException += note;
        try
        {
            await FailLateAsync();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= note;
        }

        Assert.Equal(0, unobserved);
        Assert.Equal([EventIds.StoreUnavailable], _log.Entries.Select(entry => entry.Id).Where(id => id != EventIds.StoreAvailable));
    }

    [Fact]
    public async Task Cancellation_EndsTheCallAndOpensNoCircuit()
    {
        using var hangUp = new CancellationTokenSource();
        var call = RunAsync(new() { CancellationToken = hangUp.Token });
        await hangUp.CancelAsync();
        var exception = await Assert.ThrowsAsync<OperationCanceledException>(() => call);
        Assert.Equal(hangUp.Token, exception.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_guard.IsAvailable);
        Assert.Empty(_log.Entries);
    }

    [Fact]
    public async Task Cancellation_ThatTheStoreThrows_IsTheCallers()
    {
        using var hangUp = new CancellationTokenSource();
        var call = RunAsync(new() { CancellationToken = hangUp.Token });
        var atOnce = RunAsync(
            new() { CancellationToken = hangUp.Token },
            _ => throw new OperationCanceledException());
        Assert.False(await atOnce);
        await hangUp.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => call);
        await Assert.ThrowsAsync<OperationCanceledException>(() => RunAsync(
            new() { CancellationToken = hangUp.Token }, static _ => throw new OperationCanceledException()));

        // Only the one that no caller has cancelled is a fault.
        Assert.Equal([EventIds.StoreCallFailed], _log.Entries.Select(entry => entry.Id));
    }

    private Task<bool> RunAsync(CallTerms terms = default, Func<Task, ValueTask>? ask = null) =>
        RunAsync(_guard, terms, _answer.Task, ask ?? (static answer => new ValueTask(answer)));

    private static async Task<bool> RunAsync(StoreGuard guard, CallTerms terms, Task answer, Func<Task, ValueTask> ask) =>
        await guard.RunAsync(terms, answer, ask).ConfigureAwait(false);

    // In a method of its own, so that nothing on the stack keeps the task.
    private async Task FailLateAsync()
    {
        var answer = new TaskCompletionSource();
        var call = RunAsync(_guard, default, answer.Task, static answer => new ValueTask(answer));
        _clock.Advance(TimeSpan.FromMilliseconds(101));
        Assert.False(await call);
        answer.SetException(new TimeoutException("late and observed"));
    }
}
