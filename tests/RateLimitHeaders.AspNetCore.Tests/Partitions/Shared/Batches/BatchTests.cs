namespace RateLimitHeaders.AspNetCore.Tests;

public class BatchTests
{
    [Fact]
    public void Batch_CountedFromTheCall_IsUsableForSlightlyLessThanItsHoldTime()
    {
        var batch = Create(TimeSpan.FromSeconds(1), asked: 1_000);

        // Both clocks may be off by a two thousandth.
        var end = 1_000 + (TimeSpan.TicksPerSecond * 999 / 1_000);
        Assert.True(batch.IsUsable(end - 1));
        Assert.False(batch.IsUsable(end));
        batch.IsEnded = true;
        Assert.False(batch.IsUsable(1_000));
    }

    [Fact]
    public void Share_ThatTheStoreHasToSettle_IsSettledThereFromThenOn()
    {
        var (caller, batch) = (CreateCaller(), Create(TimeSpan.FromSeconds(1), asked: 0));
        caller.Batches.Add(batch);
        var batched = new BatchedPermits(caller, caller.Batches.Take(3, now: 0)!, permits: 3);
        Assert.True(batched.TryAdjust(2, maxBatch: 10, now: 0));
        Assert.Equal(5, batch.Left);
        Assert.False(batched.TryAdjust(6, maxBatch: 10, now: 0));

        // Of all that was charged at once, it has its part.
        var stored = batched.ToStored();
        Assert.Equal((5, 7), (stored.Answer.Marks[0].Permits, stored.Answer.Marks[0].At));
        Assert.Equal(10, batch.Answer.Marks[0].Permits);
        Assert.Same(stored, batched.ToStored());
        Assert.False(batched.TryAdjust(0, maxBatch: 10, now: 0));
    }

    [Fact]
    public void Refund_OfMoreThanWasTaken_BringsBackThat()
    {
        var (caller, batch) = (CreateCaller(), Create(TimeSpan.FromSeconds(1), asked: 0));
        caller.Batches.Add(batch);
        var batched = new BatchedPermits(caller, caller.Batches.Take(3, now: 0)!, permits: 3);
        Assert.True(batched.TryAdjust(-5, maxBatch: 10, now: 0));
        Assert.Equal(10, batch.Left);
        Assert.True(batched.TryAdjust(-5, maxBatch: 10, now: 0));
        Assert.Equal(10, batch.Left);
    }

    private static BatchCaller CreateCaller() =>
        new(new RateLimitPrincipal("user", "alice"), new BatchSize(new BatchTuning(10, TimeSpan.FromSeconds(1), Nodes: 1)), TimeSpan.FromSeconds(1));

    private static Batch Create(TimeSpan usable, long asked)
    {
        var answer = new RateLimitDecision { Batch = new(10, usable, End: 0, UntilLastBatchEnds: 2 * usable) };
        answer.Begin(1);
        answer.Marks[0] = new ChargeMark { At = 7, Permits = 10 };
        return new Batch(answer, asked);
    }
}
