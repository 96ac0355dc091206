namespace RateLimitHeaders.AspNetCore.Tests;

public sealed class StoreGuardTests : IDisposable
{
    private readonly TestedPlan _plan = new(Quota.FixedWindow("q", 10, TimeSpan.FromMinutes(1)));

    public void Dispose() => _plan.Dispose();

    [Fact]
    public async Task Probes_AfterAFailure_RunInNoContextOfTheRequestThatFoundIt()
    {
        var request = new AsyncLocal<string?> { Value = "request" };
        var recovered = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _plan.Guard.Recovered += () => recovered.TrySetResult(request.Value);
        var probed = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _plan.Store.Answer = call =>
        {
            if (call.Kind == "check")
            {
                probed.TrySetResult(request.Value);
                return default;
            }

            throw new RateLimitStoreException(StoreFailureKind.Connection, "it is gone");
        };
        Assert.False(await _plan.TryAsync());
        Assert.Equal("request", request.Value);
        Assert.Null(await probed.Task.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Null(await recovered.Task.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Theory]
    [InlineData(StoreFailureKind.Connection, true)]
    [InlineData(StoreFailureKind.Connection, false)]
    [InlineData(StoreFailureKind.Server, true)]
    [InlineData(StoreFailureKind.Deadline, false)]
    public async Task Failure_OfTheStore_BeginsAnOutage(StoreFailureKind kind, bool atOnce)
    {
        _plan.Store.Answer = FailWith(new RateLimitStoreException(kind, "it is full"), atOnce);
        Assert.False(await _plan.TryAsync());
        Assert.Equal((ManualTimeProvider.Start, kind, "it is full"), (_plan.Guard.Outage!.Since, _plan.Guard.Outage.Cause.Kind, _plan.Guard.Outage.Cause.Reason));
        Assert.Equal(
            [(LogLevel.Warning, 40, "Scripted cannot count (it is full). Until it can, limits are counted in this server's memory.")],
            _plan.Log.Entries);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Failure_OfTheCall_FailsAlone(bool saysSo, bool atOnce)
    {
        Exception exception = saysSo ? new RateLimitStoreException(StoreFailureKind.Call, "a wrong key.") : new InvalidCastException("a wrong key.");
        _plan.Store.Answer = FailWith(exception, atOnce);
        Assert.False(await _plan.TryAsync());
        Assert.True(_plan.Guard.IsAvailable);
        Assert.Equal("a wrong key.", _plan.Guard.RecentFault?.Reason);
        Assert.Same(exception, _plan.Guard.RecentFault?.Exception);
        Assert.Equal([EventIds.StoreCallFailed], _plan.LogIds);
        _plan.Store.Answer = ScriptedStore.Count;
        Assert.True(await _plan.TryAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Log_ThatThrows_EndsNeitherTheCallsNorTheProbes(bool atOnce)
    {
        var clock = new ManualTimeProvider();
        var store = new ScriptedStore { Answer = FailWith(new InvalidCastException("a wrong key."), atOnce) };
        store.Inspect = static _ => Task.FromResult<IReadOnlyList<string>>(["It drops states."]);
        using var log = new RecordingLogger { OnMessage = static _ => throw new AggregateException(new IOException("The disk is full.")) };
        using var guard = TestStack.GuardOf(store, clock, log);
        var context = TestPlan.Create(clock, "api", Quota.FixedWindow("q", 10, TimeSpan.FromMinutes(1)));
        using var partitions = new GuardedPartitions(guard, store.CreatePartitions(context), context);
        Assert.Null(await TryAsync());
        Assert.True(guard.IsAvailable);

        // The probe's first answer is a fault of its own, which is told, too.
        store.Answer = FailWith(new RateLimitStoreException(StoreFailureKind.Server, "it is full"), atOnce);
        Assert.Null(await TryAsync());
        Assert.False(guard.IsAvailable);
        store.Answer = FailWith(new InvalidCastException("a wrong key."), atOnce);
        clock.Advance(TimeSpan.FromMinutes(1));
        var calls = store.Calls.Length;
        await AdvanceUntilAsync(() => store.Calls.Length > calls);
        store.Answer = ScriptedStore.Count;
        await AdvanceUntilAsync(() => guard.IsAvailable);

        // The deadline's timer calls the log, too.
        store.Answer = ScriptedStore.Wait;
        var late = TryAsync();
        clock.Advance(TimeSpan.FromMilliseconds(101));
        Assert.Null(await late);
        store.Answer = ScriptedStore.Count;
        await AdvanceUntilAsync(() => guard.IsAvailable);

        async Task<RateLimitDecision?> TryAsync() =>
            await partitions.TryAcquireAsync(new AcquireArguments(new RateLimitPrincipal("user", "alice"), new long[] { 1 }, default));

        Task AdvanceUntilAsync(Func<bool> condition) =>
            Eventually.IsTrueAsync(condition, "The prober asks no more.", clock, TimeSpan.FromMilliseconds(10));
    }

    [Fact]
    public async Task Outage_ProbeAnswered_EndsAndIsLogged()
    {
        _plan.Store.Answer = FailWith(new RateLimitStoreException(StoreFailureKind.Server, "it is full"), atOnce: true);
        Assert.False(await _plan.TryAsync("bob"));
        _plan.Store.Answer = ScriptedStore.Count;
        await ProbeUntilAvailableAsync();
        Assert.All(_plan.Store.Calls.Skip(1), call => Assert.Equal(("check", "bob"), (call.Kind, call.Principal.Id)));
        Assert.Equal([EventIds.StoreUnavailable, EventIds.StoreAvailable], _plan.LogIds);
        Assert.StartsWith("Scripted counts again, after 00:0", _plan.Log.Entries.Last().Message, StringComparison.Ordinal);
        Assert.True(await _plan.TryAsync());
    }

    [Fact]
    public async Task Outage_FailureOfAProbe_IsNotLoggedAgain()
    {
        _plan.Store.Answer = FailWith(new RateLimitStoreException(StoreFailureKind.Server, "it is full"), atOnce: true);
        Assert.False(await _plan.TryAsync());
        for (var probe = 1; probe < 5; probe++)
        {
            await _plan.Store.CallAsync(probe);
            await Eventually.IsTrueAsync(() => _plan.Clock.RunningTimers > 0, "No pause begins.");
            _plan.Clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Equal([EventIds.StoreUnavailable], _plan.LogIds);
    }

    [Theory]
    [InlineData(StoreUnavailable.LimitInMemory, "limits are counted in this server's memory")]
    [InlineData(StoreUnavailable.Admit, "all requests are admitted")]
    [InlineData(StoreUnavailable.Reject, "all requests are rejected")]
    public void Meanwhile_IsTheTextOfTheSetting(StoreUnavailable setting, string expected)
    {
        _plan.Store.Options.WhenUnavailable = setting;
        Assert.Equal(expected, _plan.Guard.Meanwhile);
    }

    [Fact]
    public async Task WarmUp_ThatThrows_IsIgnoredAndTheStoreIsChecked()
    {
        _plan.Store.WarmUp = static _ => throw new InvalidOperationException();
        await _plan.Guard.WarmUpAsync(CancellationToken.None);
        Assert.Equal([("check", "check")], _plan.Store.Calls.Select(call => (call.Kind, call.Principal.Id)));
        Assert.Empty(_plan.Log.Entries);
    }

    [Fact]
    public async Task WarmUp_StoreThatCannotCount_BeginsTheOutageBeforeAnyRequest()
    {
        _plan.Store.Answer = FailWith(new RateLimitStoreException(StoreFailureKind.Server, "it is read-only"), atOnce: true);
        await _plan.Guard.WarmUpAsync(CancellationToken.None);
        Assert.False(_plan.Guard.IsAvailable);
        Assert.Equal([EventIds.StoreUnavailable], _plan.LogIds);
    }

    [Fact]
    public async Task Check_InAnOutage_CallsNoStore()
    {
        _plan.Store.Answer = ScriptedStore.Wait;
        var call = _plan.TryAsync();
        _plan.Clock.Advance(TimeSpan.FromMilliseconds(101));
        Assert.False(await call);
        await _plan.Store.CallAsync(1);
        Assert.Equal(0, await _plan.Store.CallsOfAsync(async () => Assert.False(await _plan.Guard.CheckAsync())));
    }

    [Fact]
    public async Task Check_WithoutPartitions_FindsNothingWrong()
    {
        _plan.Partitions.Dispose();
        _plan.Store.Answer = FailWith(new RateLimitStoreException(StoreFailureKind.Server, "it is full"), atOnce: true);
        Assert.True(await _plan.Guard.CheckAsync());
        Assert.Empty(_plan.Store.Calls);
    }

    [Fact]
    public async Task Outage_BegunByADeadline_TakesTheCauseOfAFailingProbe()
    {
        _plan.Store.Answer = static call => call.Kind == "check"
            ? throw new RateLimitStoreException(StoreFailureKind.Call, "it knows no such command")
            : new(call.Answered.Task);
        var request = _plan.TryAsync();
        _plan.Clock.Advance(TimeSpan.FromMilliseconds(101));
        Assert.False(await request);
        await Eventually.IsTrueAsync(() => _plan.Guard.Outage?.Cause.Reason == "it knows no such command", "The reason is not told.");
    }

    [Fact]
    public async Task Findings_AtTheStartAndAfterAnOutage_AreLoggedWhenTheyAreNew()
    {
        IReadOnlyList<string> findings = ["It forgets. Give it memory."];
        var inspections = 0;
        _plan.Store.Inspect = _ =>
        {
            inspections++;
            return Task.FromResult(findings);
        };
        await _plan.Guard.WarmUpAsync(CancellationToken.None);
        Assert.Equal([EventIds.StoreMiscounts], _plan.LogIds);
        Assert.Equal("Scripted answers, but may count wrongly. It forgets. Give it memory.", _plan.Log.Entries.First().Message);
        findings = ["It forgets. Give it memory.", "It cheats. Take another one."];
        await _plan.BreakAsync();
        await _plan.MendAsync();
        await Eventually.IsTrueAsync(() => _plan.LogIds.Length == 4, "It is not inspected.");
        Assert.Equal([EventIds.StoreMiscounts, EventIds.StoreUnavailable, EventIds.StoreAvailable, EventIds.StoreMiscounts], _plan.LogIds);
        Assert.Equal("Scripted answers, but may count wrongly. It cheats. Take another one.", _plan.Log.Entries.Last().Message);
        Assert.Equal(2, inspections);
    }

    [Fact]
    public async Task Inspection_WithoutAnAnswer_HoldsUpNothing()
    {
        _plan.Store.Inspect = static _ => new TaskCompletionSource<IReadOnlyList<string>>().Task;
        var inspection = _plan.Guard.InspectAsync(CancellationToken.None);
        Assert.False(inspection.IsCompleted);
        _plan.Clock.Advance(TimeSpan.FromSeconds(5));
        await inspection;
        Assert.Empty(_plan.Guard.Findings);
    }

    private static Func<ScriptedCall, ValueTask> FailWith(Exception exception, bool atOnce) => atOnce
        ? ScriptedStore.Throw(exception)
        : async _ =>
        {
            await Task.Yield();
            throw exception;
        };

    private Task ProbeUntilAvailableAsync() =>
        Eventually.IsTrueAsync(() => _plan.LogIds.Length == 2, "The outage does not end.", _plan.Clock, TimeSpan.FromMilliseconds(10));
}
