using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The code of docs/policies.md, docs/costs.md and docs/security.md that tells callers apart. Each method's body is one snippet.</summary>
internal static class CallerSnippets
{
    public static void PlansByClaim(RateLimitsBuilder limits)
    {
        limits.DefaultPolicy(policy => policy
            .For("user", plan => plan
                .FixedWindow("hourly", caller => caller.HttpContext.User.HasClaim("plan", "pro") ? 5_000 : 500, TimeSpan.FromHours(1)))
            .ForAnonymous(plan => plan.FixedWindow("hourly", 60, TimeSpan.FromHours(1))));
    }

    public static void PlansNamedByClaim(RateLimitsBuilder limits)
    {
        limits
            .Principals(principals => principals.FromUser(planClaim: "plan"))
            .DefaultPolicy(policy => policy
                .For("user", "pro", plan => plan.TokenBucket("burst", capacity: 100, refillPerSecond: 50))
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

    public static void Proxies(WebApplicationBuilder builder)
    {
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            options.KnownProxies.Add(IPAddress.Parse("10.0.0.5"));
            options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse("10.1.0.0/16"));
            options.ForwardLimit = 2;
        });
    }

    public static void BehindProxies(WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseRateLimitHeaders();
    }

    public static void WholeApi(RateLimitsBuilder limits)
    {
        limits
            .FixedWindow("caller", 100, TimeSpan.FromMinutes(1))
            .Global(policy => policy
                .Principals(principals => principals.From(_ => new RateLimitPrincipal("api", "whole"), "api"))
                .FixedWindow("all", 10_000, TimeSpan.FromMinutes(1))
                .Concurrency("open", 500)
                .Rejection(rejection => rejection.StatusCode = StatusCodes.Status503ServiceUnavailable));
    }

    public static void LogIn(RateLimitsBuilder limits)
    {
        limits
            .AddPolicy("log-in", policy => policy.Principals(principals => principals.FromForm("account", tokenType: "account"))
                .FixedWindow("account", 5, TimeSpan.FromMinutes(1)).CountOnly(CountedResponses.Failures).ResetOnSuccess())
            .AddPolicy("log-in-address", policy => policy.Principals(principals => principals.FromIpAddress())
                .FixedWindow("address", 50, TimeSpan.FromMinutes(1)).CountOnly(CountedResponses.Failures))
            .CombinePolicies();
    }

    public static void LogInEndpoint(WebApplication app)
    {
        app.MapPost("/log-in", Accounts.LogInAsync)
            .RequireRateLimiting("log-in").RequireRateLimiting("log-in-address");
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

    private static class Accounts
    {
        public static async Task<IResult> LogInAsync(HttpRequest request)
        {
            var form = await request.ReadFormAsync();
            return !form.ContainsKey("account") ? Results.BadRequest() : form["password"] == "right" ? Results.Ok() : Results.Unauthorized();
        }
    }
}
