namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// A bucket of ten tokens, one a second, against one in which what was refunded had never been taken: refunds may make the
/// one as full as the other, and no fuller.
/// </summary>
public abstract class BucketRefundTests<TStore> : CountingTests<TStore>
    where TStore : TestedStore, new()
{
    private const int Capacity = 10;

    [Fact]
    public async Task Refund_AfterAnEarlierDecisionWasRefunded_GivesBackWhatIsStillOwed()
    {
        var caller = Caller(Quota.TokenBucket("q", Capacity, refillPerSecond: 1));
        var first = await caller.TakeAsync(5);
        var second = await caller.TakeAsync(5);
        await first.RefundAsync(5);
        Clock.Advance(Seconds(4));
        await caller.TakeAsync(5);
        await second.RefundAsync(5);

        Assert.Equal(5, (await caller.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Refunds_AtTheMomentOfTheCharges_GiveEverythingBackInAnyOrder()
    {
        var caller = Caller(Quota.TokenBucket("q", Capacity, refillPerSecond: 1));
        TestedDecision[] decisions = [await caller.TakeAsync(3), await caller.TakeAsync(4), await caller.TakeAsync(3)];
        foreach (var decision in new[] { decisions[1], decisions[0], decisions[2] })
        {
            await decision.RefundAsync(4);
        }

        Assert.Equal(Capacity, (await caller.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Refund_AfterALaterDecisionWasRefunded_GivesBackEverythingIfNothingWasRefilledSince()
    {
        var caller = Caller(Quota.TokenBucket("q", Capacity, refillPerSecond: 1));
        await caller.TakeAsync(4);
        Clock.Advance(Seconds(4));
        var first = await caller.TakeAsync(4);
        var second = await caller.TakeAsync(5);
        await second.RefundAsync(5);
        await first.RefundAsync(4);

        Assert.Equal(Capacity, (await caller.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Refunds_OfRandomHistories_NeverGiveBackMoreThanWasTaken()
    {
        var seeds = 5 * Histories;
        var fuller = 0;
        for (var seed = 0; seed < seeds; seed++)
        {
            var (available, atMost) = await PlayAsync(new Random(seed));
            Assert.True(available <= atMost, $"Seed {seed}: {available} are available, and {atMost} if the refunded had not been taken.");
            fuller += available == atMost ? 1 : 0;
        }

        // Giving nothing back would be safe, too.
        Assert.InRange(fuller, seeds / 2, seeds);
    }

    private async Task<(long Available, long AtMost)> PlayAsync(Random random)
    {
        var clock = new ManualTimeProvider();
        var caller = Caller(clock, Quota.TokenBucket("q", Capacity, refillPerSecond: 1));
        var taken = new List<(int Second, int Permits)>();
        var decisions = new List<(TestedDecision Decision, int Index)>();
        var second = 0;
        for (var step = 0; step < 12; step++)
        {
            var pause = random.Next(4);
            second += pause;
            clock.Advance(Seconds(pause));
            if (decisions.Count > 0 && random.Next(2) == 0)
            {
                var (decision, index) = decisions[random.Next(decisions.Count)];
                decisions.Remove((decision, index));
                await decision.RefundAsync(taken[index].Permits);
                taken[index] = (taken[index].Second, 0);
            }
            else
            {
                var permits = random.Next(1, 6);
                var decision = await caller.TakeAsync(permits);
                if (decision.IsAcquired)
                {
                    decisions.Add((decision, taken.Count));
                    taken.Add((second, permits));
                }
            }
        }

        return ((await caller.PeekAsync()).Statuses[0].Remaining, Replay(taken, second));
    }

    /// <summary>Counts what is left after the charges, second by second.</summary>
    private static long Replay(List<(int Second, int Permits)> taken, int end)
    {
        long debt = 0;
        for (var second = 0; second <= end; second++)
        {
            debt = Math.Max(0, debt - (second == 0 ? 0 : 1)) + taken.Where(charge => charge.Second == second).Sum(charge => charge.Permits);
        }

        return Math.Max(0, Capacity - debt);
    }
}
