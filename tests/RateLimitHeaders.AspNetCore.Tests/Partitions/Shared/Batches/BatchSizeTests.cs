namespace RateLimitHeaders.AspNetCore.Tests;

public class BatchSizeTests
{
    private const long HoldTime = TimeSpan.TicksPerSecond;

    [Theory]
    [InlineData(15, 0, false)]
    [InlineData(16, 0, true)]
    [InlineData(16, HoldTime / 15, true)]
    [InlineData(16, (HoldTime / 15) + 1, false)]
    public void Caller_WithSixteenRequestsInAHoldTime_IsHot(int requests, long interval, bool expected)
    {
        var size = new BatchSize(new BatchTuning(100, new TimeSpan(HoldTime), Nodes: 1));
        for (var i = 0; i < requests; i++)
        {
            size.Count(1, 1_000 + (i * interval));
        }

        Assert.Equal(expected, size.IsHot);
    }

    [Fact]
    public void Batches_OfACallerThatUsesMuch_AreTwiceAsLargeEachTimeUpToTheMost()
    {
        var size = new BatchSize(new BatchTuning(20, new TimeSpan(HoldTime), Nodes: 1));
        Use(size, requests: 16, now: 0);
        var sizes = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            sizes.Add(size.Next(0));
            Use(size, requests: 100, now: 0);
        }

        Assert.Equal([2, 4, 8, 16, 20], sizes);
    }

    [Theory]
    [InlineData(80, 10)]
    [InlineData(16, 2)]
    [InlineData(15, 0)]
    public void Batch_IsAtMostWhatIsUsedInAnEighthOfTheHoldTime(int requestsPerHoldTime, int expected)
    {
        var size = new BatchSize(new BatchTuning(100, new TimeSpan(HoldTime), Nodes: 1));
        Use(size, requests: 16, now: 0);
        for (var now = 0L; now < 4 * HoldTime; now += HoldTime)
        {
            size.Next(now);
            Use(size, requestsPerHoldTime, now);
        }

        Assert.Equal(expected, size.Next(4 * HoldTime));
        Assert.Equal(expected > 0, size.IsHot);
    }

    [Fact]
    public void Batch_OfFewRequestsThatCostMuch_IsNone()
    {
        var size = new BatchSize(new BatchTuning(100, new TimeSpan(HoldTime), Nodes: 1));
        Use(size, requests: 16, now: 0);
        size.Next(0);
        Use(size, requests: 15, now: 0, permits: 10);
        Assert.Equal(0, size.Next(HoldTime));
    }

    [Fact]
    public void Reset_CountsRequestsFromZero()
    {
        var size = new BatchSize(new BatchTuning(100, new TimeSpan(HoldTime), Nodes: 1));
        Use(size, requests: 16, now: 0);
        size.Reset();
        Assert.False(size.IsHot);
        Assert.Equal(0, size.Next(0));
        Use(size, requests: 15, now: 0);
        Assert.False(size.IsHot);
        size.Count(1, 0);
        Assert.Equal(2, size.Next(0));
    }

    private static void Use(BatchSize size, int requests, long now, int permits = 1)
    {
        for (var i = 0; i < requests; i++)
        {
            size.Count(permits, now);
        }
    }
}
