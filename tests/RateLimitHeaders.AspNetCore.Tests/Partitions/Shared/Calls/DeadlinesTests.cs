namespace RateLimitHeaders.AspNetCore.Tests;

public sealed class DeadlinesTests : IDisposable
{
    private readonly TestedPlan _plan = new(Quota.FixedWindow("q", 10, TimeSpan.FromMinutes(1)));

    public DeadlinesTests() => _plan.Store.Answer = ScriptedStore.Wait;

    public void Dispose() => _plan.Dispose();

    [Fact]
    public async Task Call_NoAnswer_EndsAtTheDeadline()
    {
        var call = TryAsync();
        Advance(99);
        Assert.False(call.IsCompleted);
        Assert.True(_plan.Guard.IsAvailable);
        Advance(2);
        Assert.False(await call);
        Assert.False(_plan.Guard.IsAvailable);
        var entry = Assert.Single(_plan.Log.Entries);
        Assert.Equal(
            "Scripted cannot count (there was no answer within 100 ms). Until it can, limits are counted in this server's memory.",
            entry.Message);
    }

    [Fact]
    public async Task Calls_OneAfterTheOther_HaveEachItsOwnDeadline()
    {
        var first = TryAsync();
        Advance(60);
        var second = TryAsync();
        var third = TryAsync();
        _plan.Store.Calls[1].Answered.SetResult();
        Assert.True(await second);
        Advance(41);
        Assert.False(await first);
        Assert.False(third.IsCompleted);
        Advance(60);
        Assert.False(await third);
    }

    [Fact]
    public async Task Call_InAnOutage_WaitsForNothing()
    {
        var first = TryAsync();
        Advance(101);
        Assert.False(await first);
        var probe = await _plan.Store.CallAsync(1);
        var call = TryAsync();
        Assert.True(call.IsCompletedSuccessfully);
        Assert.False(await call);
        Assert.Equal(("check", 2), (probe.Kind, _plan.Store.Calls.Length));
    }

    [Fact]
    public async Task Timer_NothingUnderWay_DoesNotRun()
    {
        // Counting in memory has a timer, too.
        _plan.Store.Answer = static call => new(call.Answered.Task);
        Assert.Equal(0, _plan.Clock.RunningTimers);
        var call = TryAsync();
        Assert.Equal(1, _plan.Clock.RunningTimers);
        _plan.Store.Calls[0].Answered.SetResult();
        Assert.True(await call);
        Advance(101);
        Assert.Equal(0, _plan.Clock.RunningTimers);
        Assert.True(_plan.Guard.IsAvailable);
    }

    [Fact]
    public async Task Call_OfAnOutageThatIsOver_BeginsNone()
    {
        var first = TryAsync();
        Advance(50);
        var other = TryAsync();
        Advance(51);
        Assert.False(await first);
        (await _plan.Store.CallAsync(2)).Answered.SetResult();
        await Eventually.IsTrueAsync(() => _plan.LogIds.Length == 2, "The outage does not end.");
        Advance(100);
        Assert.False(await other);
        Assert.True(_plan.Guard.IsAvailable);
        Assert.Equal([EventIds.StoreUnavailable, EventIds.StoreAvailable], _plan.LogIds);
    }

    [Fact]
    public async Task Dispose_CallUnderWay_EndsItWithoutAReport()
    {
        var call = TryAsync();
        _plan.Guard.Dispose();
        Assert.False(await call);
        Assert.False(await TryAsync());
        Assert.Equal((1, 0), (_plan.Store.Calls.Length, _plan.Log.Entries.Count));
    }

    private void Advance(int milliseconds) => _plan.Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));

    private Task<bool> TryAsync() => _plan.TryAsync();
}
