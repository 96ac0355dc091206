using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace RateLimitHeaders.AspNetCore.OpenApi.Tests;

/// <summary>The document of the sample, which runs as it is.</summary>
internal static class SampleDocument
{
    /// <summary>Gets the document.</summary>
    /// <param name="version">The version of OpenAPI.</param>
    public static async Task<string> GetAsync(OpenApiSpecVersion version)
    {
        using var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host => host
            .ConfigureLogging(logging => logging.ClearProviders())
            .ConfigureServices(services => services.Configure<OpenApiOptions>("v1", options => options.OpenApiVersion = version)));
        using var client = factory.CreateClient();
        return await client.GetStringAsync("/openapi/v1.json");
    }
}
