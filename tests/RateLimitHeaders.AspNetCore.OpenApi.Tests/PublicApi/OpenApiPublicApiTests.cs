using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore.OpenApi.Tests;

public class OpenApiPublicApiTests
{
    [Fact]
    public void PublicApi_OfTheOpenApiPackage_IsAsTheFileSays() =>
        AcceptedApi.Verify(typeof(RateLimitHeadersOpenApiExtensions).Assembly, "RateLimitHeaders.AspNetCore.OpenApi.Tests");
}
