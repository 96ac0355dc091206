namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What a request turns out to cost is charged whether or not it fits, up to a bound on what is owed.</summary>
public abstract class DebtTests<TStore> : CountingTests<TStore>
    where TStore : TestedStore, new()
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task RetryAfter_OfACallerThatOwes_IsTheFirstMomentThatFits(int algorithm)
    {
        var caller = Caller(Quotas.Of(algorithm, 10, Minute));
        var decision = await caller.TakeAsync(3);
        await decision.ChargeAsync(20);
        Assert.Equal(0, decision.Statuses[0].Remaining);

        // What a window counted is over with the window; a bucket refills all that is owed, 6 seconds each.
        var rejected = await caller.TakeAsync(2);
        var wait = rejected.RetryAfter!.Value;
        AssertWait(algorithm, Seconds(90), wait);

        Clock.Advance(wait - Step);
        Assert.False((await caller.TakeAsync(2)).IsAcquired);
        Clock.Advance(Step);
        Assert.True((await caller.TakeAsync(2)).IsAcquired);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Charge_BeyondMaxDebt_IsCutAndTheRestIsInUncharged(int algorithm)
    {
        var caller = Caller(Quotas.Of(algorithm, 10, Minute).WithMaxDebt(5));
        var decision = await caller.TakeAsync(3);
        await decision.ChargeAsync(4);
        Assert.Equal((3, 0), (decision.Statuses[0].Remaining, decision.Uncharged));

        await decision.ChargeAsync(20);
        Assert.Equal((0, 12, 12), (decision.Statuses[0].Remaining, decision.Uncharged, decision.Decision.LeftOut[0]));
        await decision.ChargeAsync(2);
        Assert.Equal((0, 14, 2), (decision.Statuses[0].Remaining, decision.Uncharged, decision.Decision.LeftOut[0]));
        AssertWait(algorithm, Seconds(36), (await caller.TakeAsync()).RetryAfter!.Value);

        // What was not charged cannot be given back.
        await decision.RefundAsync(100);
        Assert.Equal(10, (await caller.PeekAsync()).Statuses[0].Remaining);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Charge_OfNoDebtAtAll_TakesWhatIsLeft(int algorithm)
    {
        var caller = Caller(Quotas.Of(algorithm, 10, Minute).WithMaxDebt(0));
        var decision = await caller.TakeAsync(3);
        await decision.ChargeAsync(9);

        Assert.Equal((0, 2), (decision.Statuses[0].Remaining, decision.Uncharged));
        AssertWait(algorithm, Seconds(6), (await caller.TakeAsync()).RetryAfter!.Value);
    }

    [Fact]
    public async Task Charge_OfSeveralQuotas_CutsEachByItsOwnBound()
    {
        var caller = Caller(
            Quota.FixedWindow("bounded", 10, Seconds(60)).WithMaxDebt(2), Quota.FixedWindow("any", 10, Seconds(60)), Quota.Concurrency("slots", 9));
        var decision = await caller.TakeAsync();
        await decision.ChargeAsync(20);

        Assert.Equal(9, decision.Uncharged);
        await decision.RefundAsync(12);
        Assert.Equal([10, 1], (await caller.PeekAsync()).Statuses[..2].ToArray().Select(status => status.Remaining));
    }

    [Fact]
    public async Task Charge_AtTheSameTime_NeverOwesMoreThanTheBound()
    {
        var caller = Caller(Quota.FixedWindow("q", 100, Seconds(60)).WithMaxDebt(10));
        var decisions = new List<TestedDecision>();
        for (var i = 0; i < 20; i++)
        {
            decisions.Add(await caller.TakeAsync());
        }

        await Task.WhenAll(decisions.Select(decision => Task.Run(async () => await decision.ChargeAsync(10))));

        // 20 were taken, and 90 of 200 fit. What another request's batch holds at the moment counts as owed, so that less is charged then.
        var uncharged = decisions.Sum(decision => decision.Uncharged);
        Assert.InRange(uncharged, 110, HoldsPermits ? 200 : 110);
        await Task.WhenAll(decisions.Select(decision => Task.Run(async () => await decision.RefundAsync(11))));
        Assert.Equal(100, (await caller.PeekAsync()).Statuses[0].Remaining);
    }

    /// <summary>Asserts a wait: a window's own length, of which permits of a batch may count as taken a little later.</summary>
    private static void AssertWait(int algorithm, TimeSpan ofBucket, TimeSpan wait)
    {
        var shortest = algorithm == 2 ? ofBucket : Seconds(60);
        Assert.InRange(wait, shortest, shortest + (algorithm == 1 ? LastUse : TimeSpan.Zero));
    }
}
