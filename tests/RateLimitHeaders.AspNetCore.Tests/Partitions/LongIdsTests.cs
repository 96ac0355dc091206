namespace RateLimitHeaders.AspNetCore.Tests;

public class LongIdsTests
{
    private static readonly string s_longest = new('x', 128);

    [Fact]
    public void Key_ShortId_IsTheIdItself()
    {
        Assert.Same(s_longest, LongIds.Of(s_longest));
        Assert.Equal("ada", LongIds.Of("ada"));
    }

    [Fact]
    public void Key_LongIds_AreShortAndApart()
    {
        var million = new string('x', 1_000_000);
        var one = LongIds.Of(million);
        var other = LongIds.Of(million + "y");

        Assert.InRange(one.Length, 32, 64);
        Assert.NotEqual(one, other);
        Assert.Equal(one, LongIds.Of(new string('x', 1_000_000)));
        Assert.NotEqual(s_longest + "a", LongIds.Of(s_longest + "a"));
    }

    [Fact]
    public void Key_LongIdsWithLoneSurrogates_AreApart()
    {
        // An encoding that replaces what is no character would make these one.
        Assert.NotEqual(LongIds.Of(s_longest + "\ud800"), LongIds.Of(s_longest + "\ud801"));
    }

    [Fact]
    public void Key_AnIdThatIsAnothersHash_IsNotThatOther()
    {
        var hash = LongIds.Of(s_longest + "victim");

        Assert.NotEqual(hash, LongIds.Of(hash));
        Assert.NotEqual(LongIds.Of(hash), LongIds.Of(LongIds.Of(hash)));
    }

    [Fact]
    public void Callers_WithLongIds_AreCountedApart()
    {
        using var policy = new PolicyUnderTest(10, Quota.FixedWindow("api", 5, TimeSpan.FromMinutes(1)));
        var id = new string('x', 5_000);

        Assert.Equal(4, policy.Ask(id + "a").Statuses[0].Remaining);
        Assert.Equal(4, policy.Ask(id + "b").Statuses[0].Remaining);
        Assert.Equal(3, policy.Ask(id + "a").Statuses[0].Remaining);
        Assert.Equal(4, policy.Ask(LongIds.Of(id + "a")).Statuses[0].Remaining);
    }
}
