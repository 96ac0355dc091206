namespace RateLimitHeaders.AspNetCore.Tests;

public class PartitionKeyTests
{
    private static readonly string s_longest = new('x', 128);

    [Fact]
    public void KeyOf_ShortId_IsTheIdItself()
    {
        Assert.Same(s_longest, PlanPartitions.KeyOf(s_longest));
        Assert.Equal("ada", PlanPartitions.KeyOf("ada"));
    }

    [Fact]
    public void KeyOf_LongIds_AreShortAndApart()
    {
        var million = new string('x', 1_000_000);
        var one = PlanPartitions.KeyOf(million);
        var other = PlanPartitions.KeyOf(million + "y");

        Assert.InRange(one.Length, 32, 64);
        Assert.NotEqual(one, other);
        Assert.Equal(one, PlanPartitions.KeyOf(new string('x', 1_000_000)));
        Assert.NotEqual(s_longest + "a", PlanPartitions.KeyOf(s_longest + "a"));
    }

    [Fact]
    public void KeyOf_LongIdsWithLoneSurrogates_AreApart()
    {
        // An encoding that replaces what is no character would make these one.
        Assert.NotEqual(PlanPartitions.KeyOf(s_longest + "\ud800"), PlanPartitions.KeyOf(s_longest + "\ud801"));
    }

    [Fact]
    public void KeyOf_AnIdThatIsAnothersHash_IsNotThatOther()
    {
        var hash = PlanPartitions.KeyOf(s_longest + "victim");

        Assert.NotEqual(hash, PlanPartitions.KeyOf(hash));
        Assert.NotEqual(PlanPartitions.KeyOf(hash), PlanPartitions.KeyOf(PlanPartitions.KeyOf(hash)));
    }

    [Fact]
    public void Callers_WithLongIds_AreCountedApart()
    {
        using var policy = new PolicyUnderTest(10, Quota.FixedWindow("api", 5, TimeSpan.FromMinutes(1)));
        var id = new string('x', 5_000);

        Assert.Equal(4, policy.Ask(id + "a").Statuses[0].Remaining);
        Assert.Equal(4, policy.Ask(id + "b").Statuses[0].Remaining);
        Assert.Equal(3, policy.Ask(id + "a").Statuses[0].Remaining);
        Assert.Equal(4, policy.Ask(PlanPartitions.KeyOf(id + "a")).Statuses[0].Remaining);
    }
}
