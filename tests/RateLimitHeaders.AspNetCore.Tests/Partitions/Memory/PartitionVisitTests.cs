namespace RateLimitHeaders.AspNetCore.Tests;

public class PartitionVisitTests
{
    /// <summary>The windows, and how often an idle partition may be looked at before it goes.</summary>
    public static TheoryData<TimeSpan> Windows => [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4), TimeSpan.FromHours(1), TimeSpan.FromDays(30)];

    [Theory]
    [MemberData(nameof(Windows))]
    public void IdlePartition_WithAnyWindow_IsVisitedAFewTimesAndDropped(TimeSpan window)
    {
        var time = new ManualTimeProvider();
        var quotas = new QuotaSet(time, [Quota.SlidingWindow("api", 10, window)]);
        var visits = 0;
        var partitions = new PartitionMap<string, MemoryPartition>(new PartitionBudget(10, () => { }));
        using var sweeper = new PartitionSweeper(time, window, () => partitions.Sweep(partition =>
        {
            visits++;
            return partition.TryRetire();
        }));
        using var partition = new StandardPartition(quotas);
        partition.Start([], origin: null);
        partitions.TryAdd("ada", () => partition);

        // In the middle of a sweep's period, so that the last permits come back right after a sweep.
        time.Advance(TimeSpan.FromSeconds(0.5));
        partition.TryAcquire([1], [], new RateLimitDecision(), quotas);
        visits = 0;
        time.Advance((window * 2) + TimeSpan.FromSeconds(2));

        Assert.Equal(0, partitions.Count);
        Assert.InRange(visits, 1, 6);
    }
}
