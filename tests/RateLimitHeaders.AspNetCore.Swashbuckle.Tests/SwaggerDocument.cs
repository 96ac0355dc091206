using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace RateLimitHeaders.AspNetCore.Swashbuckle.Tests;

/// <summary>The document of a host with a limited endpoint and one that is not limited.</summary>
internal static class SwaggerDocument
{
    public static async Task<string> GetAsync(
        Action<RateLimitsBuilder> limits,
        OpenApiSpecVersion version = OpenApiSpecVersion.OpenApi3_0,
        RateLimitFieldFamily? family = null,
        Action<SwaggerGenOptions>? before = null)
    {
        await using var api = await TestApi.StartAsync(
            limits,
            app =>
            {
                app.MapGet("/limited", () => "").ProducesProblem(StatusCodes.Status429TooManyRequests);
                app.MapGet("/free", () => "").DisableRateLimiting();
            },
            services => services.AddEndpointsApiExplorer().AddSwaggerGen(options =>
            {
                before?.Invoke(options);
                options.AddRateLimitHeaders(family);
            }));
        return await api.Services.GetRequiredService<ISwaggerProvider>().GetSwagger("v1").SerializeAsJsonAsync(version);
    }
}
