namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Calls of a plan: those of requests that cost the same are written once, and others are not mistaken for them.</summary>
public class PlanCodecTests
{
    private readonly PlanCodec _codec = new(
        TestPlan.Define("api", Quota.FixedWindow("a", 5, TimeSpan.FromMinutes(1)), Quota.TokenBucket("b", 9, TimeSpan.FromHours(1))),
        TimeSpan.FromMinutes(1),
        new StoreClock(RateLimitClock.For(new ManualTimeProvider())));

    [Fact]
    public void Call_OfTheSameCostsAndLimits_IsTheSameBytes()
    {
        Assert.Same(Call([2, 1], [double.NaN, 7]), Call([2, 1], [double.NaN, 7]));
        Assert.Same(Call([1, 1], []), Call([1, 1], []));
    }

    [Fact]
    public void Call_OfOtherCostsOrLimits_Differs()
    {
        var first = Call([1, 1], []);
        Assert.NotEqual(first, Call([1, 2], []));
        Assert.NotEqual(first, Call([1, 1], [5, 8]));
        Assert.NotEqual(Call([1, 1], [5, 7]), Call([1, 1], [5, 8]));
        Assert.NotEqual(first, Call([1, 1], [], [5, 8]));
        Assert.NotEqual(Call([1, 1], [], [5, 7]), Call([1, 1], [], [5, 8]));

        // None of these takes the place of what a request with the same costs is told by.
        Assert.Equal(first, Call([1, 1], []));
    }

    private byte[] Call(long[] costs, double[] limits, params double[] initialLimits) => (byte[])_codec.Call(costs, limits, initialLimits)!;
}
