namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The partitions that policies which decide together create in memory.</summary>
public class CombinedPartitionTests
{
    /// <summary>A caller with a new id for each request would otherwise reach the cap.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Rejection_ByOnePolicy_CreatesNoPartitionOfAnother(int first, int second)
    {
        using var policies = new CombinedPolicies(Quota.FixedWindow("a", 1, Hour), Quota.FixedWindow("b", 5, Hour));
        Assert.True(policies.CreateCaller(0).Ask("ada").IsAcquired);

        Assert.False(policies.CreateCaller(first, second).Ask("ada").IsAcquired);

        Assert.Equal((1, 0), (policies.Partitions[0].Count, policies.Partitions[1].Count));
    }
}
