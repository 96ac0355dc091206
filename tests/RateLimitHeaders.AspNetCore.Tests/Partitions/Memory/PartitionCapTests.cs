using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

public class PartitionCapTests
{
    private const int MaxPartitions = 10_000;
    private const int Limit = 100;

    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);

    [Fact]
    public void Flood_OfAMillionIds_StaysUnderTheCapAndDoesNotAffectKnownCallers()
    {
        using var policy = new PolicyUnderTest(MaxPartitions, Quota.FixedWindow("api", Limit, s_window));
        for (var i = 0; i < 3; i++)
        {
            policy.Ask("known");
        }

        var admitted = Enumerable.Range(0, 1_000_000).Count(i => policy.Ask(Invent(i)).IsAcquired);

        // One request each for those that got a partition, and one limit for all the others together.
        Assert.Equal(MaxPartitions - 1 + Limit, admitted);
        Assert.Equal(MaxPartitions, policy.Partitions.Count);
        Assert.Equal(1_000_000 - (MaxPartitions - 1), policy.Overflows);
        Assert.Equal(Limit - 4, policy.Ask("known").Statuses[0].Remaining);
    }

    [Fact]
    public void Newcomers_WithoutRoom_AreLimitedTogether()
    {
        using var policy = new PolicyUnderTest(maxPartitions: 1, Quota.FixedWindow("api", 3, s_window));
        policy.Ask("known");

        Assert.Equal(2, policy.Ask("first").Statuses[0].Remaining);
        Assert.Equal(1, policy.Ask("second").Statuses[0].Remaining);
        Assert.Equal(0, policy.Ask("third").Statuses[0].Remaining);

        var rejected = policy.Ask("fourth");
        Assert.False(rejected.IsAcquired);
        Assert.Equal(s_window, rejected.RetryAfter);
        Assert.True(policy.Ask("known").IsAcquired);
    }

    [Fact]
    public void Exhaustion_ByManyRequests_IsReportedOnceEachTime()
    {
        using var policy = new PolicyUnderTest(maxPartitions: 2, Quota.FixedWindow("api", Limit, s_window));
        Flood(policy);
        Assert.Equal(1, policy.Exhaustions);

        policy.Time.Advance(2 * s_window);
        Flood(policy);
        Assert.Equal(2, policy.Exhaustions);
    }

    [Fact]
    public void Newcomers_AfterTheWindowsPassed_GetTheirOwnPartitionsAgain()
    {
        using var policy = new PolicyUnderTest(maxPartitions: 2, Quota.FixedWindow("api", Limit, s_window));
        Flood(policy);
        var overflows = policy.Overflows;

        policy.Time.Advance(2 * s_window);
        Assert.Equal(0, policy.Partitions.Count);

        Assert.Equal(Limit - 1, policy.Ask("newcomer").Statuses[0].Remaining);
        Assert.Equal(Limit - 1, policy.Ask("another").Statuses[0].Remaining);
        Assert.Equal(2, policy.Partitions.Count);
        Assert.Equal(overflows, policy.Overflows);
    }

    [Fact]
    public void OverflowPartition_AfterTheHostIsDisposed_StillAdmits()
    {
        var policy = new PolicyUnderTest(maxPartitions: 1, Quota.FixedWindow("api", Limit, s_window));
        policy.Ask("known");
        policy.Ask("unknown");
        policy.Dispose();

        // A request that is still under way meets a partition that is not disposed.
        Assert.True(policy.Ask("unknown").IsAcquired);
    }

    [Fact]
    public void Cap_FullOfBucketsThatAreFullAgain_MakesRoomWithinASecond()
    {
        // Full again after 2.6 seconds, though the bucket takes 30 days to fill, and is swept every seven days.
        using var policy = new PolicyUnderTest(maxPartitions: 10, Quota.TokenBucket("api", 1_000_000, TimeSpan.FromDays(30)));
        Flood(policy);
        policy.Time.Advance(TimeSpan.FromSeconds(3));

        policy.Ask("newcomer");
        policy.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0, policy.Partitions.Count);
    }

    private static void Flood(PolicyUnderTest policy)
    {
        for (var i = 0; i < 10; i++)
        {
            policy.Ask(Invent(i));
        }
    }

    private static string Invent(int number) => number.ToString(CultureInfo.InvariantCulture);
}
