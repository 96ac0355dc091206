namespace RateLimitHeaders.AspNetCore.Tests;

public class PublicApiTests
{
    [Fact]
    public void PublicApi_OfTheLibrary_IsAsTheFileSays() =>
        AcceptedApi.Verify(typeof(QuotaRateLimiter).Assembly, "RateLimitHeaders.AspNetCore.Tests");
}
