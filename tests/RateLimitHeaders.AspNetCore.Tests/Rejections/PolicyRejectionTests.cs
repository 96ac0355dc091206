using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Each policy answers rejections in its own way, and the headers stay.</summary>
public class PolicyRejectionTests
{
    [Fact]
    public async Task StatusAndText_OfThePolicy_ReplaceProblemDetails()
    {
        await using var api = await StartAsync(policy => policy.Rejection(rejection => (rejection.StatusCode, rejection.Body) = (420, "Calm down.")));
        await api.SendAsync();
        Assert.Equal(
            """
            420
            Cache-Control: no-store
            Retry-After: 60
            X-RateLimit-Limit: 1
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779545293
            Content-Type: text/plain; charset=utf-8

            Calm down.
            """,
            (await api.SendAsync()).Text);
    }

    [Fact]
    public async Task OwnJson_HasItsMediaType()
    {
        await using var api = await StartAsync(policy => policy.Rejection(
            rejection => (rejection.Body, rejection.ContentType) = ("""{"error":"slow down"}""", "application/json")));
        await api.SendAsync();
        var rejected = await api.SendAsync();
        Assert.Equal((429, "application/json", """{"error":"slow down"}"""), ((int)rejected.Status, rejected["Content-Type"], rejected.Body));
    }

    [Theory]
    [InlineData(false, 420, "quota-exceeded")]
    [InlineData(true, 420, "quota-exceeded")]
    [InlineData(false, 503, "temporary-reduced-capacity")]
    [InlineData(true, 503, "temporary-reduced-capacity")]
    public async Task StatusAlone_IsThatOfProblemDetailsToo(bool hasService, int status, string type)
    {
        await using var api = await StartAsync(
            policy => policy.Rejection(rejection => rejection.StatusCode = status),
            services: services => _ = hasService ? services.AddProblemDetails() : services);
        await api.SendAsync();
        var rejected = await api.SendAsync();
        Assert.Equal(status, (int)rejected.Status);
        Assert.Contains($"\"status\":{status}", rejected.Body, StringComparison.Ordinal);
        Assert.Contains($"http-problem-types#{type}\"", rejected.Body, StringComparison.Ordinal);
        Assert.Contains("\"violated-policies\":[\"minute\"]", rejected.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnRejected_OfThePolicy_RunsInsteadOfThatOfAll()
    {
        List<string> called = [];
        await using var api = await TestApi.StartAsync(
            limits => limits
                .OnRejected(_ => Note("all"))
                .AddPolicy("a", policy => policy.FixedWindow(1, Minute).OnRejected(_ => Note("a")).Rejection(rejection => rejection.Body = "text"))
                .AddPolicy("b", policy => policy.FixedWindow(1, Minute)),
            web =>
            {
                web.MapGet("/a", () => "a").RequireRateLimiting("a");
                web.MapGet("/b", () => "b").RequireRateLimiting("b");
            });
        await api.SendAsync("/a");
        await api.SendAsync("/b");
        Assert.Equal("text", (await api.SendAsync("/a")).Body);
        Assert.Contains("#quota-exceeded", (await api.SendAsync("/b")).Body, StringComparison.Ordinal);
        Assert.Equal(["a", "all"], called);

        ValueTask Note(string name)
        {
            called.Add(name);
            return default;
        }
    }

    [Fact]
    public async Task SeveralPolicies_AreAnsweredByTheOneThatRejects()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("a", policy => policy.FixedWindow("a", 1, Minute).Rejection(rejection => rejection.Body = "a"))
                .Global(policy => policy.FixedWindow("all", 2, TimeSpan.FromHours(1)).Rejection(rejection => rejection.Body = "all")),
            web => web.MapGet("/a", () => "a").RequireRateLimiting("a"));
        await api.SendAsync("/a");
        Assert.Equal("a", (await api.SendAsync("/a")).Body);
        await api.SendAsync("/");
        Assert.Equal("all", (await api.SendAsync("/a")).Body);
    }

    [Fact]
    public async Task BannedCaller_IsAnsweredByThePolicyToo()
    {
        await using var api = await StartAsync(policy => policy.Ban(1, Minute, Minute).Rejection(rejection => rejection.StatusCode = 403));
        await api.SendAsync();
        await api.SendAsync();
        var banned = await api.SendAsync();
        Assert.Equal(403, (int)banned.Status);
        Assert.Contains("#abnormal-usage-detected", banned.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PolicyObject_OfAspNetCore_IsTakenAsItIs(bool isMadeWithServices)
    {
        await using var api = await TestApi.StartAsync(
            limits => _ = isMadeWithServices
                ? limits.AddPolicy<string, ExistingPolicy>("existing")
                : limits.AddPolicy("existing", new ExistingPolicy(limits.ApplicationServices.GetRequiredService<RejectedPaths>())),
            web => web.MapGet("/", () => "hello").RequireRateLimiting("existing"),
            services => services.AddSingleton<RejectedPaths>());
        await api.SendAsync();
        var rejected = await api.SendAsync();
        Assert.Equal((418, "0"), ((int)rejected.Status, rejected["X-RateLimit-Remaining"]));
        Assert.Equal(["/ False True"], api.Services.GetRequiredService<RejectedPaths>().Paths);
    }

    [Fact]
    public async Task Settings_OutOfRange_StopTheStart()
    {
        var error = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => StartAsync(
            policy => policy.Rejection(rejection => (rejection.StatusCode, rejection.ContentType) = (200, "text"))));
        Assert.Equal(
            """
            RLH0921 Policies:default:Rejection:StatusCode: StatusCode is 200; give a status of an error from 400 to 599, such as 429.
            RLH0922 Policies:default:Rejection:ContentType: ContentType is "text"; give a media type, such as application/json.
            """,
            string.Join('\n', error.Errors));
    }

    [Theory]
    [InlineData("text/plain; title=\"\u00e4\"")]
    [InlineData("text/plain;\ttitle=a")]
    public async Task ContentType_NotPrintable_StopsTheStart(string contentType)
    {
        var error = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => StartAsync(
            policy => policy.Rejection(rejection => rejection.ContentType = contentType)));
        Assert.Equal(
            $"RLH0922 Policies:default:Rejection:ContentType: ContentType is \"{contentType}\"; give a media type, such as application/json.",
            string.Join('\n', error.Errors));
    }

    private static Task<TestApi> StartAsync(Action<PolicyBuilder> policy, Action<IServiceCollection>? services = null) => TestApi.StartAsync(
        limits => limits.DefaultPolicy(own => policy(own.FixedWindow("minute", 1, Minute))), services: services);

    private sealed class RejectedPaths
    {
        public List<string> Paths { get; } = [];
    }

    private sealed class ExistingPolicy(RejectedPaths rejected) : IRateLimiterPolicy<string>
    {
        public Func<OnRejectedContext, CancellationToken, ValueTask>? OnRejected => (context, _) =>
        {
            context.HttpContext.Response.StatusCode = StatusCodes.Status418ImATeapot;
            rejected.Paths.Add($"{context.HttpContext.Request.Path} {context.Lease.IsAcquired} {context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var _)}");
            return default;
        };

        public RateLimitPartition<string> GetPartition(HttpContext httpContext) => RateLimitPartition.GetFixedWindowLimiter(
            "all", _ => new FixedWindowRateLimiterOptions { PermitLimit = 1, Window = Minute, AutoReplenishment = false });
    }
}
