namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Endpoints that patterns of configuration choose.</summary>
internal static class Mapped
{
    /// <summary>Maps values, of which code limits those with an id by the policy <c>api</c>.</summary>
    public static void Values(WebApplication app)
    {
        app.MapGet("/", () => "hello");
        app.MapGet("/api/values/{id:int}", (int id) => id).RequireRateLimiting("api");
        app.MapPut("/api/values/{id:int}", (int id) => id);
        app.MapMethods("/api/values", ["GET", "POST"], () => "all");
        app.Map("/any", () => "any");
        app.MapGet("/free", () => "free").DisableRateLimiting();
        app.MapGet("/files/{**path}", (string path) => path);
    }
}
