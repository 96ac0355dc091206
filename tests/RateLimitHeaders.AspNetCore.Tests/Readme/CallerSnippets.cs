using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The code of docs/policies.md and docs/costs.md that tells callers apart. Each method's body is one snippet.</summary>
internal static class CallerSnippets
{
    public static void PlansByClaim(RateLimitsBuilder limits)
    {
        limits.DefaultPolicy(policy => policy
            .For("user", plan => plan
                .FixedWindow("hourly", caller => caller.HttpContext.User.HasClaim("plan", "pro") ? 5_000 : 500, TimeSpan.FromHours(1)))
            .ForAnonymous(plan => plan.FixedWindow("hourly", 60, TimeSpan.FromHours(1))));
    }

    public static void TokenTypesByClaim(RateLimitsBuilder limits)
    {
        limits
            .Principals(principals => principals
                .FromClaim("sub", tokenType: "pro", user => user.HasClaim("plan", "pro"))
                .FromUser())
            .DefaultPolicy(policy => policy
                .For("pro", plan => plan.TokenBucket("burst", capacity: 100, refillPerSecond: 50))
                .For("user", plan => plan.FixedWindow("hourly", 500, TimeSpan.FromHours(1)))
                .ForAnonymous(plan => plan.FixedWindow("hourly", 60, TimeSpan.FromHours(1))));
    }

    public static void ApiKeys(RateLimitsBuilder limits)
    {
        limits
            .Principals(principals => principals.FromHeader("X-Api-Key", tokenType: "api-key", Keys.IsGenuine))
            .DefaultPolicy(policy => policy
                .For("api-key", plan => plan.FixedWindow("hourly", 1_000, TimeSpan.FromHours(1)))
                .ForAnonymous(plan => plan.FixedWindow("hourly", 60, TimeSpan.FromHours(1))));
    }

    public static void WholeApi(RateLimitsBuilder limits)
    {
        limits
            .FixedWindow("caller", 100, TimeSpan.FromMinutes(1))
            .Global(policy => policy
                .Principals(who => who.From(_ => new RateLimitPrincipal("api", "whole"), "api"))
                .FixedWindow("all", 10_000, TimeSpan.FromMinutes(1))
                .Concurrency("open", 500));
    }

    public static void LogIn(RateLimitsBuilder limits)
    {
        limits.AddPolicy("log-in", policy => policy
            .Principals(who => who.FromService<LogInAccount>("account").FromIpAddress())
            .FixedWindow("failures", 5, TimeSpan.FromMinutes(1))
            .CountOnly(CountedResponses.Failures)
            .ResetOnSuccess());
    }

    public static void BytesOfADay(RateLimitsBuilder limits)
    {
        limits.DefaultPolicy(policy => policy
            .CalendarWindow("bytes", 1_000_000_000, CalendarPeriod.Day, timeZone: "Europe/Berlin", unit: QuotaUnits.ContentBytes)
            .CountResponseBytes("bytes"));
    }

    private static class Keys
    {
        public static bool IsGenuine(string key) => key == "k1";
    }

    internal sealed class LogInAccount : IRateLimitPrincipalResolver
    {
        public async ValueTask<RateLimitIdentity?> ResolveAsync(HttpContext context, CancellationToken cancellationToken)
        {
            var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(cancellationToken) : FormCollection.Empty;
            return form["account"] is [{ Length: > 0 } account] ? new RateLimitIdentity(account) : null;
        }
    }
}
