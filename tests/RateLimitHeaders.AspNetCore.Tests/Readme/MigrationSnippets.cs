using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The code with which docs/migration.md moves from <c>AddRateLimiter</c>, where a compiler sees it.</summary>
internal static class MigrationSnippets
{
    public static void There(WebApplicationBuilder builder)
    {
        builder.Services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = (context, cancellation) =>
            {
                Audit.Note(context.HttpContext);
                return ValueTask.CompletedTask;
            };
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetFixedWindowLimiter(
                Caller.Of(context), _ => new() { PermitLimit = 1_000, Window = TimeSpan.FromHours(1) }));
            options.AddPolicy("api", context => RateLimitPartition.GetFixedWindowLimiter(
                Caller.Of(context), _ => new() { PermitLimit = 100, Window = TimeSpan.FromMinutes(1) }));
            options.AddFixedWindowLimiter("reports", limiter =>
            {
                limiter.PermitLimit = 4;
                limiter.Window = TimeSpan.FromMinutes(1);
                limiter.QueueLimit = 2;
            });
        });
    }

    public static void Here(WebApplicationBuilder builder)
    {
        builder.Services.AddRateLimitHeaders(limits => limits
            .OnRejected(rejection =>
            {
                Audit.Note(rejection.HttpContext);
                return ValueTask.CompletedTask;
            })
            .Global(policy => policy.FixedWindow(1_000, TimeSpan.FromHours(1)))
            .AddPolicy("api", policy => policy.FixedWindow(100, TimeSpan.FromMinutes(1)))
            .AddPolicy("reports", _ => RateLimitPartition.GetFixedWindowLimiter(
                "reports", _ => new() { PermitLimit = 4, Window = TimeSpan.FromMinutes(1), QueueLimit = 2 })));
    }

    private static class Caller
    {
        public static string Of(HttpContext context) => context.User.Identity?.Name ?? context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
    }

    private static class Audit
    {
        public static void Note(HttpContext context) => context.RequestServices.GetRequiredService<IList<string>>().Add(context.Request.Path);
    }
}
