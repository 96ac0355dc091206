namespace RateLimitHeaders.AspNetCore.Tests;

public class QuotaStatusTests
{
    private static readonly QuotaDescription s_quota = new("q", TimeSpan.FromHours(1));

    /// <summary>Permits are whole, so that a fraction of one is never left.</summary>
    [Theory]
    [InlineData(952.38095238095, 952, 1)]
    [InlineData(1.5, 1, 1)]
    [InlineData(1.5, 0, 0)]
    [InlineData(10, 10, 1)]
    [InlineData(10, 12, 1)]
    [InlineData(10, 5, 0.5)]
    [InlineData(2.5, 1, 0.4)]
    [InlineData(0.5, 0, 0)]
    [InlineData(0, 0, 0)]
    public void Share_OfALimit_IsOneWhereNothingIsUsed(double limit, long remaining, double share) =>
        Assert.Equal(share, new QuotaStatus(s_quota, limit, remaining).RemainingShare);

    [Fact]
    public void Share_OfAnUnknownLimit_IsOne() => Assert.Equal(1, new QuotaStatus(s_quota, limit: null, remaining: 0).RemainingShare);
}
