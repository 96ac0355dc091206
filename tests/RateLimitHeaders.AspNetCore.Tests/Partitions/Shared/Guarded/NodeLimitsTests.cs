namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A server's own part of the limits, which it grants from memory while its store cannot count.</summary>
public class NodeLimitsTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(10, 4, 2)]
    [InlineData(10, 1, 10)]
    [InlineData(5, 10, 1)]
    [InlineData(1, 2, 1)]
    [InlineData(0.5, 2, 0.5)]
    [InlineData(0, 2, 0)]
    public void Of_Limits_IsThatPartAndOneAtLeast(double limit, int nodes, double expected)
    {
        var nodeLimits = new NodeLimits(Define(limit: null), nodes);
        Assert.Equal([expected], nodeLimits.Of(new[] { limit }).ToArray());
        Assert.Equal([expected], nodeLimits.OfInitial(new[] { limit }).ToArray());
    }

    [Fact]
    public void Of_NoLimits_IsThatOfTheQuotas()
    {
        var nodeLimits = new NodeLimits(Define(limit: null), nodes: 4);
        Assert.Equal([2d], nodeLimits.Of(default).ToArray());
        Assert.Equal([2d], nodeLimits.Of(new[] { double.NaN }).ToArray());
        Assert.Equal([2d], nodeLimits.OfInitial(default).ToArray());
    }

    [Fact]
    public void Of_LimitOfAFunction_IsNaN()
    {
        var nodeLimits = new NodeLimits(Define(_ => 8), nodes: 4);
        Assert.Equal([double.NaN], nodeLimits.Of(default).ToArray());
        Assert.Equal([double.NaN], nodeLimits.Of(new[] { double.NaN }).ToArray());
        Assert.Equal([2d], nodeLimits.OfInitial(default).ToArray());
    }

    private static PlanDefinition Define(Func<RateLimitCaller, double>? limit) =>
        TestPlan.Of(new QuotaDefinition(Quota.FixedWindow("q", 8, s_hour), limit));
}
