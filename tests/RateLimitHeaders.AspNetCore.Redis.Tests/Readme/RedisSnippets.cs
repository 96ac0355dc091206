namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>The code of the readme that needs the Redis package, where a compiler sees it.</summary>
internal static class RedisSnippets
{
    public static void Shared(WebApplicationBuilder builder)
    {
        builder.Services
            .AddRateLimitHeaders(limits => limits
                .FixedWindow(permitLimit: 1_000, window: TimeSpan.FromHours(1)))
            .AddRedis("redis.internal:6379", redis =>
            {
                redis.KeyPrefix = "shop";
                redis.Nodes = 4;
                redis.LocalBatches = new LocalBatchOptions();
            });
        builder.Services.AddHealthChecks().AddRateLimitHeadersStore();
    }

    public static void TenLines(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services
            .AddRateLimitHeaders(limits => limits
                .FixedWindow(permitLimit: 100, window: TimeSpan.FromMinutes(1)))
            .AddRedis("redis.internal:6379", redis => redis.Nodes = 4);

        var app = builder.Build();
        app.UseRateLimitHeaders();
        app.MapGet("/", () => "Hello");
        app.Run();
    }
}
