using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore.Swashbuckle.Tests;

public class SwashbucklePublicApiTests
{
    [Fact]
    public void PublicApi_OfTheSwashbucklePackage_IsAsTheFileSays() =>
        AcceptedApi.Verify(typeof(RateLimitHeadersSwaggerGenExtensions).Assembly, "RateLimitHeaders.AspNetCore.Swashbuckle.Tests");
}
