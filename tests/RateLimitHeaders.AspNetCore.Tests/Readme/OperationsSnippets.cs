namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The code that docs/operations.md shows, where a compiler sees it.</summary>
internal static class OperationsSnippets
{
    public static void Status(WebApplication app)
    {
        app.MapRateLimitStatus("/rate_limit");
    }

    public static void Explain(RateLimitsBuilder limits)
    {
        limits.Headers(headers => headers.XRateLimit().ExplainInDevelopment());
    }

    public static async Task<IEnumerable<object>> OperateAsync(IRateLimitOperator operators)
    {
        var caller = new RateLimitTarget("access-token", "42") { PolicyName = "api" };
        var standings = await operators.LookAsync(caller);
        await operators.ResetAsync(caller, identity: "support");
        await operators.GrantAsync(caller, new RateLimitGrant(100) { QuotaOrUnit = "hourly" }, identity: "support");
        await operators.BanAsync(caller, TimeSpan.FromHours(1), identity: "support");
        await operators.LiftBanAsync(caller, identity: "support");
        var nearest = await operators.ListNearestAsync(new RateLimitCallerQuery("api", "access-token") { Count = 20 });
        return [standings, nearest];
    }

    public static void Authorize(WebApplicationBuilder builder)
    {
        builder.Services.AddAuthorization(options => options.AddPolicy("operators", policy => policy.RequireRole("operator")));
    }

    public static void Operations(WebApplication app)
    {
        app.UseAuthentication();
        app.UseRateLimitHeaders();
        app.UseAuthorization();
        app.MapRateLimitOperations("/operations/rate-limits", "operators");
    }
}
