using System.Threading.RateLimiting;
using OpenTelemetry.Metrics;
using RateLimitHeaders.AspNetCore;

namespace DashboardApi;

/// <summary>The API: some limits are counted in a store, which can be broken, and one by a limiter of the application's own.</summary>
public static class DashboardHost
{
    private static readonly TimeSpan s_upload = TimeSpan.FromMilliseconds(200);

    /// <summary>Builds the application.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="configure">Changes it before it is built.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        var store = new BreakableStore();
        builder.Services.AddRateLimitHeaders(Limit).AddStore(store);
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddAspNetCoreInstrumentation()
            .AddMeter("RateLimitHeaders.AspNetCore")
            .AddPrometheusExporter());
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseRateLimitHeaders();
        app.MapGet("/repositories", () => "[]");
        app.MapPost("/upload", UploadAsync).RequireRateLimiting("upload");
        app.MapGet("/report", () => Task.Delay(s_upload)).RequireRateLimiting("report");
        app.MapGet("/preview", () => "[]").RequireRateLimiting("preview");
        app.MapGet("/search", () => "[]").RequireRateLimiting("search");
        app.MapPost("/store/{state}", (string state) => store.IsBroken = state == "broken").DisableRateLimiting();
        app.MapPrometheusScrapingEndpoint("/metrics").DisableRateLimiting();
        return app;
    }

    private static void Limit(RateLimitsBuilder limits) => limits
        .MaxPartitions(3)
        .Principals(principals => principals
            // A real API looks the key up. With a check of the prefix alone, each made-up key has a whole plan.
            .FromHeader("X-Api-Key", tokenType: "partner", key => key.StartsWith("partner-", StringComparison.Ordinal))
            .FromIpAddress())
        .DefaultPolicy(policy => policy
            .For("partner", plan => plan.TokenBucket("burst", capacity: 20, refillPerSecond: 5).FixedWindow("minute", 200, TimeSpan.FromMinutes(1)))
            .ForAnonymous(plan => plan.FixedWindow("minute", 30, TimeSpan.FromMinutes(1))))
        .AddPolicy("upload", policy => policy
            // The sample gives half of each upload back, so the cost must be known before the body. It is 0 for a body in chunks, which a real API
            // would count with CountRequestBytes.
            .FixedWindow("bytes", 100_000, TimeSpan.FromMinutes(1), unit: QuotaUnits.ContentBytes)
            .Cost("bytes", caller => caller.HttpContext.Request.ContentLength ?? 0))
        .AddPolicy("preview", policy => policy.ReportOnly().FixedWindow("minute", 1, TimeSpan.FromMinutes(1)))
        .AddPolicy("search", policy => policy
            .FixedWindow("minute", 10, TimeSpan.FromMinutes(1))
            .Ban(after: 5, within: TimeSpan.FromMinutes(1), lasting: TimeSpan.FromMinutes(10)))
        // A real API takes a key that it has looked up here, too: each made-up key has a slot and a place in a queue.
        .AddPolicy("report", context => RateLimitPartition.GetConcurrencyLimiter(
            context.Request.Headers["X-Api-Key"].ToString(), _ => new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 1 }));

    /// <summary>Gives half of an upload back, as if it had been compressed.</summary>
    private static async Task UploadAsync(HttpContext context)
    {
        var length = context.Request.ContentLength ?? 0;
        await context.GetRateLimitFeature()!.RefundAsync("bytes", length / 2, context.RequestAborted);
    }
}
