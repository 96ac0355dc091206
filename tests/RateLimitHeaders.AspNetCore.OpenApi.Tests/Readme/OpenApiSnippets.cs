namespace RateLimitHeaders.AspNetCore.OpenApi.Tests;

/// <summary>The code that the pages show, where a compiler sees it. Each method's body is one snippet.</summary>
internal static class OpenApiSnippets
{
    public static void Whole(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddRateLimitHeaders(limits => limits
            .FixedWindow(permitLimit: 100, window: TimeSpan.FromMinutes(1)));
        builder.Services.AddOpenApi(document => document.AddRateLimitHeaders());

        var app = builder.Build();
        app.UseRateLimitHeaders();
        app.MapOpenApi().DisableRateLimiting();
        app.MapGet("/", () => "Hello");
        app.Run();
    }

    public static void Family(WebApplicationBuilder builder)
    {
        builder.Services.AddOpenApi(document => document.AddRateLimitHeaders(RateLimitFieldFamily.Ietf));
    }

    public static void Catalog(IRateLimitCatalog catalog, Endpoint endpoint)
    {
        foreach (var policy in catalog.PoliciesOf(endpoint))
        {
            foreach (var quota in policy.Plans.SelectMany(plan => plan.Quotas))
            {
                Console.WriteLine($"{policy.Name}, {quota.Name}: {(object?)quota.Limit ?? "depends on the caller"}");
            }
        }
    }
}
