namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The code that docs/costs.md shows, where a compiler sees it. Each method's body is one snippet.</summary>
internal static class CostSnippets
{
    public static void Endpoints(WebApplication app)
    {
        app.MapGet("/search", () => "found").WithRateLimitCost(10);
        app.MapGet("/export", () => "rows").WithRateLimitCost("rows", PermitCost.AnyLeft);
        app.MapPost("/orders", () => "ordered").WithRateLimitCost("writes", caller => caller.HttpContext.Request.Headers.ContainsKey("Bulk") ? 20 : 1);
    }

    public static void Settled(WebApplication app)
    {
        app.MapGet("/rows", async (HttpContext context) =>
        {
            var rows = await Database.ReadAsync();
            await context.GetRateLimitFeature()!.SettleAsync("rows", rows.Length);
            return rows;
        }).WithRateLimitCost("rows", 100);
    }

    public static void Bytes(RateLimitsBuilder limits)
    {
        limits.DefaultPolicy(policy => policy
            .FixedWindow("requests", 100, TimeSpan.FromMinutes(1))
            .FixedWindow("bytes", 10_000_000, TimeSpan.FromHours(1), unit: QuotaUnits.ContentBytes)
            .CountResponseBytes("bytes"));
    }

    public static void WhatCounts(RateLimitsBuilder limits)
    {
        limits.AddPolicy("log-in", policy => policy
            .FixedWindow("failures", 5, TimeSpan.FromMinutes(1))
            .CountOnly(CountedResponses.Failures)
            .ResetOnSuccess());
        limits.AddPolicy("pages", policy => policy
            .FixedWindow("views", 1_000, TimeSpan.FromHours(1))
            .DoNotCount(StatusCodes.Status304NotModified));
        limits.AddPolicy("reports", policy => policy
            .FixedWindow("made", 10, TimeSpan.FromDays(1))
            .CountOnly(response => response.Headers.ContainsKey("Report-Id")));
    }

    private static class Database
    {
        public static Task<int[]> ReadAsync() => Task.FromResult(Enumerable.Range(0, 130).ToArray());
    }
}
