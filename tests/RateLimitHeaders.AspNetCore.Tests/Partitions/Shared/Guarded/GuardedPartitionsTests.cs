namespace RateLimitHeaders.AspNetCore.Tests;

public sealed class GuardedPartitionsTests : IDisposable
{
    private readonly TestedPlan _plan = new(Quota.FixedWindow("q", 8, TimeSpan.FromMinutes(1)));

    public void Dispose() => _plan.Dispose();

    [Fact]
    public async Task Acquire_AnswerAfterTheDeadline_TouchesNothing()
    {
        _plan.Store.Answer = ScriptedStore.Wait;
        var taking = _plan.TakeAsync(3);
        _plan.Clock.Advance(TimeSpan.FromMilliseconds(101));
        var decision = await taking;
        var before = decision.Statuses.ToArray();
        await AnswerAsync(_plan.Store.Calls[0]);
        Assert.Equal(before, decision.Statuses.ToArray());
        Assert.IsNotType<StoreDecision>(decision.Decision.State);
    }

    [Fact]
    public async Task Acquire_TheStoreReadsItsArgumentsLater_TheyAreThoseOfTheRequest()
    {
        var (costs, limits) = (new long[] { 3 }, new double[] { 5 });
        var alice = new RateLimitPrincipal("user", "alice");
        _plan.Store.Answer = ScriptedStore.Wait;
        var decision = new RateLimitDecision { Principal = alice };
        var taking = _plan.Partitions.AcquireAsync(new AcquireArguments(alice, costs, limits), decision);
        costs[0] = 1_000;
        limits[0] = 0;
        _plan.Store.Calls[0].Answered.SetResult();
        await taking;
        Assert.Equal((5d, 2L), (decision.Statuses[0].Limit!.Value, decision.Statuses[0].Remaining));
    }

    [Fact]
    public async Task List_TheStoreThrowsAnExceptionOfItsOwn_IsAFailureOfTheStore()
    {
        var cause = new InvalidOperationException("There is no such table.");
        _plan.Store.Answer = ScriptedStore.Throw(cause);
        var thrown = await Assert.ThrowsAsync<RateLimitStoreException>(() => ListAsync(CancellationToken.None));
        Assert.Equal(
            (StoreFailureKind.Call, "The callers cannot be listed: There is no such table.", cause), (thrown.Kind, thrown.Message, thrown.InnerException));
    }

    [Fact]
    public async Task List_TheStoreThrowsAnErrorForTheOperator_ThrowsIt()
    {
        Exception[] told = [new ArgumentException("cursor"), new NotSupportedException(), new RateLimitStoreException(StoreFailureKind.Call, "x")];
        foreach (var exception in told)
        {
            _plan.Store.Answer = ScriptedStore.Throw(exception);
            Assert.Same(exception, await Record.ExceptionAsync(() => ListAsync(CancellationToken.None)));
        }

        var canceled = new CancellationToken(canceled: true);
        _plan.Store.Answer = ScriptedStore.Throw(new OperationCanceledException(canceled));
        await Assert.ThrowsAsync<OperationCanceledException>(() => ListAsync(canceled));
    }

    [Fact]
    public async Task Adjust_TheStoreReadsItsArgumentsLater_TheyAreThoseOfTheRequest()
    {
        var decision = await _plan.TakeAsync();
        var permits = new long[] { 2 };
        _plan.Store.Answer = ScriptedStore.Wait;
        var adjusting = _plan.Partitions.AdjustAsync(decision.Decision, new AdjustArguments(permits));
        permits[0] = 1_000;
        _plan.Store.Calls[1].Answered.SetResult();
        await adjusting;
        Assert.Equal(5, decision.Statuses[0].Remaining);
    }

    [Fact]
    public async Task Adjust_AnswerAfterTheDeadline_LeavesTheDecision()
    {
        var decision = await _plan.TakeAsync();
        _plan.Store.Answer = ScriptedStore.Wait;
        var charging = decision.ChargeAsync(2);
        _plan.Clock.Advance(TimeSpan.FromMilliseconds(101));
        await charging;
        await AnswerAsync(_plan.Store.Calls[1]);
        Assert.Equal(7, decision.Statuses[0].Remaining);
    }

    [Fact]
    public async Task Adjust_OfARejection_CallsNoStore()
    {
        await _plan.TakeAsync(8);
        var rejected = await _plan.TakeAsync();
        Assert.Equal(0, await _plan.Store.CallsOfAsync(() => rejected.ChargeAsync(1)));
    }

    [Fact]
    public async Task Peek_OfSeveralCallersInAGroup_CallsTheStoreOnce()
    {
        await _plan.TakeAsync(3);
        var group = new PeekGroup();
        PeekArguments[] peeks = [Peek("bob", group), Peek("alice", group)];
        Task[] asked = [.. peeks.Select(peek => _plan.Partitions.PeekAsync(peek, CancellationToken.None).AsTask())];
        Assert.Empty(_plan.Store.PeekGroups);
        await group.SendAsync(CancellationToken.None);
        await Task.WhenAll(asked);
        Assert.Equal([2], _plan.Store.PeekGroups);
        Assert.Equal([8, 5], peeks.Select(peek => peek.Decision.Statuses[0].Remaining));
    }

    [Fact]
    public async Task Peek_OfManyCallersInAGroup_CallsTheStoreForAHundredAtATime()
    {
        var group = new PeekGroup();
        PeekArguments[] peeks = [.. Enumerable.Range(0, 250).Select(i => Peek($"caller {i}", group))];
        Task[] peeking = [.. peeks.Select(peek => _plan.Partitions.PeekAsync(peek, CancellationToken.None).AsTask())];
        await group.SendAsync(CancellationToken.None);
        await Task.WhenAll(peeking);

        Assert.Equal([100, 100, 50], _plan.Store.PeekGroups);
        Assert.All(peeks, peek => Assert.Equal(8, peek.Decision.Statuses[0].Remaining));
    }

    [Fact]
    public async Task Peek_OfManyCallersInAGroup_GivesEachCallTheDeadline()
    {
        _plan.Store.Answer = ScriptedStore.Wait;
        var group = new PeekGroup();
        Task[] peeking = [.. Enumerable.Range(0, 101).Select(i => _plan.Partitions.PeekAsync(Peek($"caller {i}", group), CancellationToken.None).AsTask())];
        var sending = group.SendAsync(CancellationToken.None);
        foreach (var answered in new[] { 100, 101 })
        {
            await _plan.Store.CallAsync(answered - 1);
            _plan.Clock.Advance(0.9 * _plan.Guard.Deadline);
            foreach (var call in _plan.Store.Calls.Take(answered).Where(call => !call.Answered.Task.IsCompleted))
            {
                call.Answered.SetResult();
            }
        }

        await sending;
        await Task.WhenAll(peeking);
        Assert.True(_plan.Guard.IsAvailable);
    }

    [Fact]
    public async Task Peek_Cancelled_Throws()
    {
        using var hangUp = new CancellationTokenSource();
        _plan.Store.Answer = ScriptedStore.Wait;
        var peeking = _plan.Partitions.PeekAsync(Peek("alice"), hangUp.Token).AsTask();
        await hangUp.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => peeking);
    }

    [Fact]
    public async Task Reset_IsMadeInTheStoreAndInMemory()
    {
        await _plan.TakeAsync(8);
        Assert.False((await _plan.TakeAsync()).IsAcquired);
        await ResetAsync();
        Assert.Equal(7, (await _plan.TakeAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Reset_WithoutAnAnswer_Throws()
    {
        _plan.Store.Answer = ScriptedStore.Throw(new InvalidCastException("no answer"));
        var exception = await Assert.ThrowsAsync<RateLimitStoreException>(ResetAsync);
        Assert.Equal(StoreFailureKind.Server, exception.Kind);
        Assert.Equal("Scripted did not answer: the caller's counts there may not be cleared.", exception.Message);
    }

    [Fact]
    public async Task TryUpdate_OtherLimit_KeepsTheCountsInTheFallback()
    {
        await _plan.TakeAsync(3);
        Assert.True(_plan.Partitions.TryUpdate(TestPlan.Define("api", Quota.FixedWindow("q", 20, TimeSpan.FromMinutes(1)))));
        await _plan.BreakAsync();
        Assert.Equal(16, (await _plan.TakeAsync(limits: 20)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task TryUpdate_OtherMaxDebt_HoldsInTheFirstOutageAfterIt()
    {
        var quota = Quota.FixedWindow("q", 8, TimeSpan.FromMinutes(1));
        Assert.True(_plan.Partitions.TryUpdate(TestPlan.Define("api", quota.WithMaxDebt(5))));
        await _plan.BreakAsync();
        var decision = await _plan.TakeAsync();
        await decision.ChargeAsync(100);
        Assert.Equal(88, decision.Decision.Uncharged);
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("sliding")]
    [InlineData("bucket")]
    public async Task Grant_BeforeAnOutage_HoldsInIt(string algorithm)
    {
        var hour = TimeSpan.FromHours(1);
        using var plan = new TestedPlan(algorithm switch
        {
            "fixed" => Quota.FixedWindow("q", 8, hour),
            "sliding" => Quota.SlidingWindow("q", 8, hour),
            _ => Quota.TokenBucket("q", 8, hour),
        });
        await plan.TakeAsync(8);
        await GrantAsync(plan, 3);

        // As an operator does after each grant, to tell where the caller stands.
        Assert.Equal(3, (await plan.PeekAsync()).Statuses[0].Remaining);
        await plan.BreakAsync();
        Assert.True((await plan.TakeAsync(3)).IsAcquired);
        Assert.False((await plan.TakeAsync()).IsAcquired);
    }

    [Fact]
    public async Task Grant_InAnOutage_FailsAndGivesNothing()
    {
        await _plan.TakeAsync(6);
        await _plan.BreakAsync();
        Assert.True((await _plan.TakeAsync(2)).IsAcquired);
        for (var i = 0; i < 3; i++)
        {
            var exception = await Assert.ThrowsAsync<RateLimitStoreException>(() => GrantAsync(_plan, 1));
            Assert.Equal("Scripted did not answer: the caller has not received the permits.", exception.Message);
        }

        Assert.Equal((false, 0L), ((await _plan.TakeAsync()).IsAcquired, (await _plan.PeekAsync()).Statuses[0].Remaining));
        await _plan.MendAsync();
        await GrantAsync(_plan, 1);
        Assert.Equal(3, (await _plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public void TryUpdate_OtherShape_NeedsOtherPartitions() =>
        Assert.False(_plan.Partitions.TryUpdate(TestPlan.Define("api", Quota.FixedWindow("q", 8, TimeSpan.FromMinutes(2)))));

    [Fact]
    public async Task Dispose_DisposesThePartitionsAndProbesThemNoMore()
    {
        _plan.Partitions.Dispose();
        Assert.Equal(["partitions of api/user", "partitions disposed"], _plan.Store.Events);
        Assert.Equal(0, await _plan.Store.CallsOfAsync(() => _plan.Guard.CheckAsync().AsTask()));
    }

    private Task<CallerListing> ListAsync(CancellationToken cancellationToken) =>
        _plan.Partitions.ListAsync(new ListArguments(10, 100, null), cancellationToken).AsTask();

    private static Task GrantAsync(TestedPlan plan, long permits) =>
        plan.Partitions.GrantAsync(new RateLimitPrincipal("user", "alice"), new[] { permits }, CancellationToken.None).AsTask();

    private static PeekArguments Peek(string id, PeekGroup? group = null)
    {
        var principal = new RateLimitPrincipal("user", id);
        return new(principal, default, new RateLimitDecision { Principal = principal }) { Group = group };
    }

    private static async Task AnswerAsync(ScriptedCall call)
    {
        call.Answered.SetResult();
        await Eventually.IsTrueAsync(() => call.Decision!.IsAcquired, "The store does not answer.");
    }

    private Task ResetAsync() => _plan.Partitions.ResetAsync(new RateLimitPrincipal("user", "alice"), CancellationToken.None).AsTask();
}
