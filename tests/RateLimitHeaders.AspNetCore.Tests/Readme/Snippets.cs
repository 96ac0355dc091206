using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Time.Testing;
using RateLimitHeaders.AspNetCore.Testing;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The code that the readme shows, where a compiler sees it. Each method's body is one snippet.</summary>
internal static class Snippets
{
    public static void TenLines(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var app = builder.Build();

        app.UseRateLimitHeaders(limits => limits
            .FixedWindow(permitLimit: 100, window: TimeSpan.FromMinutes(1)));

        app.MapGet("/", () => "Hello");
        app.Run();
    }

    public static async Task Testing()
    {
        var time = new FakeTimeProvider();
        using var api = new WebApplicationFactory<Program>()
            .WithWebHostBuilder(web => web.ConfigureServices(services => services.AddRateLimitTesting(time)));
        using var alice = api.CreateClient().FromAddress("192.0.2.1");
        using var bob = api.CreateClient().FromAddress("192.0.2.2");

        await alice.ExhaustAsync("/2.0/repositories");

        (await alice.GetAsync("/2.0/repositories")).AssertRejected(retryAfter: TimeSpan.FromHours(1));
        (await bob.GetAsync("/2.0/repositories")).EnsureSuccessStatusCode();

        time.Advance(TimeSpan.FromHours(1));
        (await alice.GetAsync("/2.0/repositories")).EnsureSuccessStatusCode();
    }

    public static void TokenTypes(WebApplicationBuilder builder)
    {
        builder.Services.AddRateLimitHeaders(limits => limits
            .Principals(principals => principals
                .FromClaim("wat_id", tokenType: "access-token")
                .FromClaim("client_id", tokenType: "oauth-consumer")
                .FromUser()
                .FromIpAddress(ipv6PrefixLength: 64))
            .AddPolicy("api", policy => policy
                .Resource("api")
                .For("access-token", plan => plan
                    .TokenBucket("burst", capacity: 20, refillPerSecond: 10)
                    .SlidingWindow("hourly", caller => Seats.LimitFor(caller.HttpContext.User), TimeSpan.FromHours(1)))
                .ForAnonymous(plan => plan.FixedWindow("hourly", 60, TimeSpan.FromHours(1)))
                .ForOthers(plan => plan.SlidingWindow("hourly", 1_000, TimeSpan.FromHours(1)).WithoutHeaders()))
            .Headers(headers => headers.XRateLimit().Bitbucket(nearLimit: 0.2).Ietf()));
    }

    public static void Pipeline(WebApplication app)
    {
        app.UseAuthentication();
        app.UseRateLimitHeaders();
        app.MapGet("/2.0/repositories", () => "[]").RequireRateLimiting("api");
    }

    public static void Foreign(RateLimitsBuilder limits)
    {
        limits.AddPolicy("legacy", context => RateLimitPartition.GetFixedWindowLimiter(
            context.User.Identity?.Name ?? "anonymous",
            _ => new FixedWindowRateLimiterOptions { PermitLimit = 100, Window = TimeSpan.FromMinutes(1) }));
    }

    public static void Rejections(RateLimitsBuilder limits)
    {
        limits
            .OnRejected(rejection =>
            {
                Audit.Note(rejection.Feature.PolicyName, rejection.RetryAfter);
                return ValueTask.CompletedTask;
            })
            .AddPolicy("partner", policy => policy
                .FixedWindow("hourly", 1_000, TimeSpan.FromHours(1))
                .Rejection(rejection =>
                {
                    rejection.Body = """{"error":"rate_limited"}""";
                    rejection.ContentType = "application/json";
                }))
            .AddPolicy("reports", policy => policy
                .FixedWindow("hourly", 10, TimeSpan.FromHours(1))
                .OnRejected(async rejection =>
                {
                    rejection.HttpContext.Response.ContentType = "text/plain";
                    await rejection.HttpContext.Response.WriteAsync("Too many reports.");
                }));
    }

    public static void ReportOnly(RateLimitsBuilder limits)
    {
        limits
            .AddPolicy("search", policy => policy.EnforceFor(0.1).SlidingWindow("minute", 30, TimeSpan.FromMinutes(1)))
            .Headers(headers => headers.Ietf().ReportOnly());
    }

    public static void Ban(RateLimitsBuilder limits)
    {
        limits.AddPolicy("search", policy => policy
            .FixedWindow("minute", 5, TimeSpan.FromMinutes(1))
            .Ban(after: 10, within: TimeSpan.FromMinutes(1), lasting: TimeSpan.FromMinutes(10)));
    }

    private static class Audit
    {
        public static void Note(string? policy, TimeSpan? retryAfter) => _ = (policy, retryAfter);
    }

    public static PlanBuilder Monthly(PlanBuilder plan) =>
        plan.CalendarWindow("monthly", 100_000, CalendarPeriod.Month, timeZone: "Europe/Berlin");

    public static void LogIn(WebApplicationBuilder builder)
    {
        builder.Services.AddRateLimitHeaders(limits => limits
            .AddPolicy("log-in-address", policy => policy
                .Principals(principals => principals.FromIpAddress())
                .FixedWindow("address", 20, TimeSpan.FromMinutes(1)))
            .AddPolicy("log-in-account", policy => policy
                .Principals(principals => principals.From(LogInApi.AccountOf, "account").FromIpAddress())
                .FixedWindow("account", 5, TimeSpan.FromMinutes(1)))
            .Global(policy => policy.SlidingWindow("hourly", 1_000, TimeSpan.FromHours(1)))
            .CombinePolicies());
    }

    public static void LogInEndpoint(WebApplication app)
    {
        app.MapPost("/log-in", LogInApi.Answer)
            .RequireRateLimiting("log-in-address")
            .RequireRateLimiting("log-in-account");
    }

    public static void Site(WebApplication app)
    {
        app.UseStaticFiles();
        app.UseRateLimitHeaders();
        app.MapStaticAssets().DisableRateLimiting();
        app.MapHealthChecks("/health").DisableRateLimiting();
    }

    public static void Hubs(WebApplicationBuilder builder)
    {
        builder.Services.AddSignalR().AddRateLimitHeaders();
    }

#pragma warning disable CA1034, CA1822, CA1852 // As applications write it.
    [EnableRateLimiting("chat")]
    public class ChatHub : Hub
    {
        public Task Send(string text) => Clients.Others.SendAsync("received", text);

        [RateLimitCost(10)]
        public Task<string[]> Search(string words) => Archive.FindAsync(words);

        [DisableRateLimiting]
        public string[] Rooms() => Archive.Rooms;
    }
#pragma warning restore CA1034, CA1822, CA1852

    private static class Archive
    {
        public static string[] Rooms => ["lobby"];

        public static Task<string[]> FindAsync(string words) => Task.FromResult<string[]>([words]);
    }

    public static void NamedPlans(WebApplicationBuilder builder)
    {
        builder.Services.AddRateLimitHeaders(limits => limits
            .Principals(principals => principals
                .FromHeader("X-Api-Key", tokenType: "api-key", Customers.FindAsync, cacheTime: TimeSpan.FromMinutes(1)))
            .DefaultPolicy(policy => policy
                .For("api-key", plan => plan.FixedWindow("hourly", 1_000, TimeSpan.FromHours(1)))
                .For("api-key", "pro", plan => plan.FixedWindow("hourly", caller => Customers.LimitOf(caller.Facts), TimeSpan.FromHours(1)))
                .ForAnonymous(plan => plan.FixedWindow("hourly", 60, TimeSpan.FromHours(1)))));
    }

    private static class Customers
    {
        public static async ValueTask<RateLimitIdentity?> FindAsync(HttpContext context, string key)
        {
            var customer = await ReadAsync(key, context.RequestAborted);
            return customer is null ? null : new RateLimitIdentity(customer.Id) { Plan = customer.Plan, Facts = customer };
        }

        public static double LimitOf(object? facts) => facts is Customer customer ? Math.Min(1_000 + 10 * Math.Max(0, customer.Seats - 100), 10_000) : 1_000;

        private static Task<Customer?> ReadAsync(string key, CancellationToken cancellationToken) =>
            Task.FromResult<Customer?>(key.Length == 0 || cancellationToken.IsCancellationRequested ? null : new Customer(key, "pro", Seats: 250));

        private sealed record Customer(string Id, string Plan, int Seats);
    }

    private static class LogInApi
    {
        public static RateLimitPrincipal? AccountOf(HttpContext context) =>
            context.Request.Query["account"].ToString().Trim().ToUpperInvariant() is { Length: > 0 } account ? new RateLimitPrincipal("account", account) : null;

        public static string Answer() => "welcome";
    }

    private static class Seats
    {
        public static int LimitFor(ClaimsPrincipal user) => user.Claims.Count();
    }
}
