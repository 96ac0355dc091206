namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What an operator asks of partitions: where callers stand, and that what one has used is forgotten.</summary>
public abstract class PeekAndResetTests<TStore> : CountingTests<TStore>
    where TStore : TestedStore, new()
{
    [Fact]
    public async Task Peek_OfSeveralCallers_ReturnsTheStatusesOfEach()
    {
        var (alice, bob) = Callers(Quota.FixedWindow("a", 10, Seconds(60)), Quota.TokenBucket("b", 5, Seconds(5)));
        await alice.TakeEachAsync(3, 1);
        await bob.TakeEachAsync(7, 5);
        Clock.Advance(Seconds(1));
        PeekArguments[] peeks = [Peek("bob"), Peek("carol"), Peek("alice")];
        foreach (var peek in peeks)
        {
            await alice.Partitions.PeekAsync(peek, CancellationToken.None);
        }

        Assert.Equal(
            [[3, 1], [10, 5], [7, 5]],
            peeks.Select(peek => peek.Decision.Statuses.ToArray().Select(status => status.Remaining)));
    }

    [Fact]
    public async Task Peek_OpensNoWindow()
    {
        var caller = Caller(Quota.FixedWindow("q", 3, Seconds(60)));
        for (var i = 0; i < 3; i++)
        {
            AssertStatus(await caller.PeekAsync(), 3, 3, null, TimeSpan.Zero);
            Clock.Advance(Seconds(7));
        }

        AssertStatus(await caller.TakeAsync(), 3, 2, Seconds(60), Seconds(60));
    }

    [Fact]
    public async Task Peek_OfAnExhaustedQuota_IsNoRejection()
    {
        var caller = Caller(Quota.FixedWindow("q", 2, Seconds(60)));
        await caller.TakeAsync(2);
        await caller.TakeAsync();
        var peeked = await caller.PeekAsync();
        Assert.Equal((null, -1, false), (peeked.RetryAfter, peeked.LongestWait, peeked.Statuses[0].IsViolated));
        AssertStatus(peeked, 2, 0, Seconds(60), Seconds(60));
    }

    [Fact]
    public async Task Peek_WithLimits_UsesThemAndKeepsThemNot()
    {
        var caller = Caller(Quota.FixedWindow("a", 5, Seconds(60)), Quota.TokenBucket("b", 10, Seconds(60)));
        Assert.Equal([8, 10], (await caller.PeekAsync(8, double.NaN)).Statuses.ToArray().Select(status => status.Remaining));
        await caller.TakeAsync(4);
        var peeked = await caller.PeekAsync(2, 20);
        Assert.Equal([2d, 20d], peeked.Statuses.ToArray().Select(status => status.Limit!.Value));
        Assert.Equal([0, 16], peeked.Statuses.ToArray().Select(status => status.Remaining));
        await AssertRemainingAsync(caller, 1, 6);
        Assert.Equal([0, 5], (await caller.TakeAsync()).Statuses.ToArray().Select(status => status.Remaining));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Reset_OfOneCaller_ForgetsWhatItUsed(int algorithm)
    {
        Quota[] quotas = [Quota.FixedWindow("q", 10, Seconds(60)), Quota.SlidingWindow("q", 10, Seconds(60)), Quota.TokenBucket("q", 10, Seconds(60))];
        var (alice, bob) = Callers(quotas[algorithm]);
        await alice.TakeAsync(10);
        await bob.TakeAsync(4);
        Assert.False((await alice.TakeAsync()).IsAcquired);
        await alice.ResetAsync();
        AssertStatus(await alice.PeekAsync(), 10, 10, null, TimeSpan.Zero);
        Assert.Equal(9, (await alice.TakeAsync()).Statuses[0].Remaining);
        await AssertRemainingAsync(bob, 6);
    }

    [Fact]
    public async Task Reset_OfACallerThatHasUsedNothing_ChangesNothing()
    {
        var caller = Caller(Quota.FixedWindow("q", 10, Seconds(60)));
        await caller.ResetAsync();
        AssertStatus(await caller.PeekAsync(), 10, 10, null, TimeSpan.Zero);
    }

    [Fact]
    public async Task Reset_WhileARequestRuns_LeavesWhatItHolds()
    {
        var caller = Caller(Quota.FixedWindow("q", 10, Seconds(60)), Quota.Concurrency("at once", 3));
        var running = await caller.TakeAsync(2);
        await caller.ResetAsync();
        await AssertRemainingAsync(caller, 10, 1);
        await running.ReleaseAsync();
        await AssertRemainingAsync(caller, 10, 3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Reset_WhileARequestRuns_LeavesItNothingToGiveBack(int algorithm)
    {
        Quota[] quotas =
        [
            Quota.FixedWindow("q", 10, TimeSpan.FromDays(1), alignToClock: true),
            Quota.SlidingWindow("q", 10, TimeSpan.FromDays(10)),
            Quota.TokenBucket("q", 10, TimeSpan.FromDays(10)),
        ];
        var caller = Caller(quotas[algorithm], Quota.Concurrency("slots", 3));
        var running = await caller.TakeEachAsync(5, 1);
        Clock.Advance(Step);
        await caller.ResetAsync();
        Clock.Advance(Step);
        var other = await caller.TakeEachAsync(5, 1);
        await running.RefundAsync(5);
        await AssertRemainingAsync(caller, 5, 1);

        // What either takes afterwards is its own.
        await running.ChargeAsync(2);
        await running.RefundAsync(5);
        await AssertRemainingAsync(caller, 5, 1);
        await other.RefundAsync(6);
        await AssertRemainingAsync(caller, 10, 1);
        await running.ReleaseAsync();
        await other.ReleaseAsync();
        await AssertRemainingAsync(caller, 10, 3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Grant_ToOneCaller_GivesBackWhatItUsedAndNoMore(int algorithm)
    {
        Quota[] quotas = [Quota.FixedWindow("q", 10, Seconds(60)), Quota.SlidingWindow("q", 10, Seconds(60)), Quota.TokenBucket("q", 10, Seconds(60))];
        var (alice, bob) = Callers(quotas[algorithm]);
        await alice.TakeAsync(10);
        await bob.TakeAsync(4);
        Assert.False((await alice.TakeAsync()).IsAcquired);
        await alice.GrantAsync(3);
        await AssertRemainingAsync(alice, 3);
        Assert.Equal(0, (await alice.TakeAsync(3)).Statuses[0].Remaining);
        await alice.GrantAsync(1_000);
        await AssertRemainingAsync(alice, 10);
        Assert.Equal(9, (await alice.TakeAsync()).Statuses[0].Remaining);
        await AssertRemainingAsync(bob, 6);
    }

    [Fact]
    public async Task Grant_ToASlidingWindow_GivesBackWhatWasTakenLast()
    {
        var caller = Caller(Quota.SlidingWindow("q", 10, Seconds(60)));
        await caller.TakeAsync(4);
        Clock.Advance(Seconds(30));
        await caller.TakeAsync(6);
        await caller.GrantAsync(8);
        await AssertRemainingAsync(caller, 8);
        Clock.Advance(Seconds(30) + Seconds(6));
        await AssertRemainingAsync(caller, 10);
    }

    [Fact]
    public async Task Grant_OfAFixedWindow_LeavesItsEnd()
    {
        var caller = Caller(Quota.FixedWindow("q", 10, Seconds(60)));
        await caller.TakeAsync(10);
        Clock.Advance(Seconds(20));
        await caller.GrantAsync(4);
        AssertStatus(await caller.PeekAsync(), 10, 4, Seconds(40), Seconds(40));
    }

    [Fact]
    public async Task Grant_WhileARequestRuns_LeavesWhatItHolds()
    {
        var caller = Caller(Quota.FixedWindow("q", 10, Seconds(60)), Quota.Concurrency("at once", 3));
        var running = await caller.TakeAsync(2);
        await caller.GrantAsync(5);
        await AssertRemainingAsync(caller, 10, 1);
        await running.ReleaseAsync();
        await AssertRemainingAsync(caller, 10, 3);
    }

    [Fact]
    public async Task Grant_ToACallerThatHasUsedNothing_ChangesNothing()
    {
        var caller = Caller(Quota.FixedWindow("q", 10, Seconds(60)), Quota.TokenBucket("b", 5, Seconds(5)));
        await caller.GrantAsync(5);
        await AssertRemainingAsync(caller, 10, 5);
        await caller.TakeAsync(5);
        await AssertRemainingAsync(caller, 5, 0);
    }

    [Fact]
    public async Task Grant_BeforeARefund_GivesNothingBackTwice()
    {
        var caller = Caller(Quota.FixedWindow("a", 10, Seconds(60)), Quota.SlidingWindow("b", 10, Seconds(60)), Quota.TokenBucket("c", 10, Seconds(60)));
        using var taken = await caller.TakeAsync(6);
        await caller.GrantAsync(6);
        await taken.RefundAsync(6);
        await AssertRemainingAsync(caller, 10, 10, 10);
        Assert.True((await caller.TakeAsync(10)).IsAcquired);
        Assert.False((await caller.TakeAsync()).IsAcquired);
    }

    private static PeekArguments Peek(string id)
    {
        var principal = new RateLimitPrincipal("user", id);
        return new(principal, default, new RateLimitDecision { Principal = principal });
    }
}
