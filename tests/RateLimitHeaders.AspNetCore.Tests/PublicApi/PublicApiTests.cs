using RateLimitHeaders.AspNetCore.Testing;

namespace RateLimitHeaders.AspNetCore.Tests;

public class PublicApiTests
{
    [Fact]
    public void PublicApi_OfThePackageForTests_IsAsTheFileSays() =>
        AcceptedApi.Verify(typeof(CallerStanding).Assembly, "RateLimitHeaders.AspNetCore.Tests");

    [Fact]
    public void PublicApi_OfTheLibrary_IsAsTheFileSays() =>
        AcceptedApi.Verify(typeof(QuotaRateLimiter).Assembly, "RateLimitHeaders.AspNetCore.Tests");
}
