namespace RateLimitHeaders.AspNetCore.Tests;

public abstract class SetLimitTests<TStore> : CountingTests<TStore>
    where TStore : TestedStore, new()
{
    [Fact]
    public async Task FixedWindow_LimitChanges_UsedStaysUsed()
    {
        var caller = Caller(Quota.FixedWindow("q", 10, Seconds(60)));
        await caller.TakeAsync(6);
        await caller.SetLimitAsync(20);
        AssertStatus(await caller.PeekAsync(), 20, 14, Seconds(60), Seconds(60));
        await caller.SetLimitAsync(4.5);
        AssertStatus(await caller.PeekAsync(), 4.5, 0, Seconds(60), Seconds(60));
        Assert.Equal(Seconds(60), (await caller.TakeAsync()).RetryAfter);
        await caller.SetLimitAsync(7);
        AssertStatus(await caller.TakeAsync(), 7, 0, Seconds(60), Seconds(60));
    }

    [Fact]
    public async Task SlidingWindow_LimitChanges_UsedStaysUsed()
    {
        // Segments of 5 s: the later permits are in another one.
        var caller = Caller(Quota.SlidingWindow("q", 10, Seconds(60)));
        await caller.TakeAsync(6);
        var untilSix = Seconds(50) + LateBy(Clock.GetUtcNow(), Seconds(5));
        Clock.Advance(Seconds(10));
        await caller.TakeAsync(3);
        await caller.SetLimitAsync(20);
        AssertStatus(await caller.PeekAsync(), 20, 11, untilSix, Seconds(60));
        await caller.SetLimitAsync(4);
        AssertStatus(await caller.PeekAsync(), 4, 0, untilSix, Seconds(60));
        Assert.Equal(untilSix, (await caller.TakeAsync()).RetryAfter);
        Assert.Equal(Seconds(60), (await caller.TakeAsync(2)).RetryAfter);
    }

    [Fact]
    public async Task SlidingWindow_LimitLoweredFarBelowUsed_MoreComesWhenAPermitDoes()
    {
        var caller = Caller(Quota.SlidingWindow("q", 10, Seconds(60)));
        await caller.TakeAsync(2);
        Clock.Advance(Seconds(10));
        await caller.TakeAsync(8);
        await caller.SetLimitAsync(5);

        // The two that expire first leave eight of five used: nothing more than now.
        AssertStatus(await caller.PeekAsync(), 5, 0, Seconds(60), Seconds(60));
        Assert.Equal(Seconds(60), (await caller.TakeAsync()).RetryAfter);
    }

    [Fact]
    public async Task TokenBucket_LimitChanges_TokensOwedStayOwed()
    {
        var caller = Caller(Quota.TokenBucket("q", 10, Seconds(60)));
        await caller.TakeAsync(6);
        await caller.SetLimitAsync(20);
        AssertStatus(await caller.PeekAsync(), 20, 14, Seconds(3), Seconds(18));
        await caller.SetLimitAsync(5);
        AssertStatus(await caller.PeekAsync(), 5, 0, Seconds(24), Seconds(72));
        Assert.Equal(Seconds(24), (await caller.TakeAsync()).RetryAfter);
        Clock.Advance(Seconds(24));
        AssertStatus(await caller.TakeAsync(), 5, 0, Seconds(12), Seconds(60));
    }

    [Fact]
    public async Task TokenBucket_LimitChangesAfterAWhile_TimeBringsTokensBackOnce()
    {
        var caller = Caller(Quota.TokenBucket("q", 10, Seconds(60)));
        await caller.TakeAsync(6);
        Clock.Advance(Seconds(6));
        await caller.SetLimitAsync(20);
        AssertStatus(await caller.PeekAsync(), 20, 15, Seconds(3), Seconds(15));
    }

    [Fact]
    public async Task TokenBucket_LimitOfZeroForAWhile_TokensComeBackAtTheQuotasOwnRate()
    {
        var caller = Caller(Quota.TokenBucket("q", 10, Seconds(60)));
        await caller.TakeAsync(10);
        await caller.SetLimitAsync(0);
        Clock.Advance(Seconds(30));
        await caller.SetLimitAsync(10);
        AssertStatus(await caller.PeekAsync(), 10, 5, Seconds(6), Seconds(30));
    }

    [Fact]
    public async Task TokenBucket_LimitChangesManyTimes_NoDebtIsRoundedAway()
    {
        // Of a century, the smallest unit of debt is a whole tick.
        var period = TimeSpan.FromDays(36_525);
        var caller = Caller(Quota.TokenBucket("q", 7, period));
        await caller.TakeAsync(7);
        for (var i = 0; i < 1_000; i++)
        {
            await caller.SetLimitAsync(5);
            await caller.SetLimitAsync(7);
        }

        Assert.InRange((await caller.PeekAsync()).Statuses[0].UntilAll!.Value, period, period + (10_000 * Step));
    }

    [Fact]
    public async Task TokenBucket_LimitLoweredFromTheMostToOne_AllTokensAreStillOwed()
    {
        var caller = Caller(Quota.TokenBucket("q", 999_999_999_999_999, Seconds(60)));
        await caller.TakeAsync(1 << 30);
        await caller.SetLimitAsync(1);
        var untilAll = (1 << 30) * Seconds(60);
        AssertRejected(await caller.TakeAsync(), untilAll, 1, 0, untilAll, untilAll);
    }

    [Fact]
    public async Task Concurrency_LimitChanges_HeldStaysHeld()
    {
        var caller = Caller(Quota.Concurrency("q", 5));
        var decision = await caller.TakeAsync(4);
        await caller.SetLimitAsync(6);
        AssertStatus(await caller.PeekAsync(), 6, 2, null, null);
        await caller.SetLimitAsync(3);
        AssertStatus(await caller.PeekAsync(), 3, 0, null, null);
        decision.Dispose();
        AssertStatus(await caller.PeekAsync(), 3, 3, null, null);
    }

    [Fact]
    public async Task LimitOfZero_RejectsWithoutRetryAfterAndKeepsWhatIsUsed()
    {
        foreach (var quota in new[] { Quota.FixedWindow("q", 10, Seconds(60)), Quota.TokenBucket("q", 10, Seconds(60)), Quota.SlidingWindow("q", 10, Seconds(60)) })
        {
            var caller = Caller(quota);
            await caller.TakeAsync(10);
            await caller.SetLimitAsync(0);
            var rejected = await caller.TakeAsync();
            Assert.Equal((false, null, 0L), (rejected.IsAcquired, rejected.RetryAfter, rejected.Statuses[0].Remaining));
            Assert.Null(rejected.Statuses[0].UntilMore);
            await caller.SetLimitAsync(10);
            Assert.Equal(0, (await caller.PeekAsync()).Statuses[0].Remaining);
        }
    }

    [Fact]
    public async Task SeveralQuotas_LimitOfOneChanges_OthersKeepTheirs()
    {
        var caller = Caller(Quota.FixedWindow("a", 5, Seconds(1)), Quota.FixedWindow("b", 5, Seconds(1)));
        await caller.TakeAsync();
        await caller.SetLimitAsync(2, quota: 1);
        Assert.Equal([5d, 2d], (await caller.PeekAsync()).Statuses.ToArray().Select(status => status.Limit!.Value));
        await caller.SetLimitAsync(7, quota: 0);
        Assert.Equal([7d, 2d], (await caller.PeekAsync()).Statuses.ToArray().Select(status => status.Limit!.Value));

        // No wait helps a caller that asks for more than the limit.
        var rejected = await caller.TakeAsync(3);
        Assert.Equal((false, null), (rejected.IsAcquired, rejected.RetryAfter));
        Assert.Equal([false, true], rejected.Statuses.ToArray().Select(status => status.IsViolated));
        await AssertRemainingAsync(caller, 6, 1);
    }

    [Fact]
    public async Task Limits_GivenWithAnAcquisition_DecideIt()
    {
        var caller = Caller(Quota.FixedWindow("q", 5, Seconds(60)));
        AssertStatus(await caller.TakeAsync(4, limit: 8), 8, 4, Seconds(60), Seconds(60));
        AssertStatus(await caller.TakeAsync(1, limit: double.NaN), 8, 3, Seconds(60), Seconds(60));
        var rejected = await caller.TakeAsync(9, limit: 7);
        Assert.Equal((false, null), (rejected.IsAcquired, rejected.RetryAfter));
        AssertStatus(rejected, 7, 2, Seconds(60), Seconds(60));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Limits_OfACallerWhoUsedNothing_AreThoseGivenAtOnce(int algorithm)
    {
        Quota[] quotas = [Quota.FixedWindow("q", 5, Seconds(60)), Quota.SlidingWindow("q", 5, Seconds(60)), Quota.TokenBucket("q", 5, Seconds(60))];
        var caller = Caller(quotas[algorithm]);
        AssertStatus(await caller.TakeAsync(0, limit: 8), 8, 8, null, TimeSpan.Zero);
        Assert.Equal(7, (await caller.TakeAsync(1, limit: 8)).Statuses[0].Remaining);
        Assert.Equal(0, (await caller.TakeAsync(7, limit: 8)).Statuses[0].Remaining);
        Assert.False((await caller.TakeAsync(1, limit: 8)).IsAcquired);
        Assert.True((await caller.TakeAsync(1, limit: 9)).IsAcquired);
    }
}
