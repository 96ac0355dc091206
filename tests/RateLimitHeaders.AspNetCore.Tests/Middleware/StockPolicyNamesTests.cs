using System.Net;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class StockPolicyNamesTests
{
    [Fact]
    public async Task UseRateLimiter_InTheSamePipeline_PassesRequestsOfOurPolicies()
    {
        await using var api = await StartAsync(services => services.AddRateLimiter(_ => { }));

        Assert.Equal("4", (await api.SendAsync())["X-RateLimit-Remaining"]);
        Assert.Empty(Complaints.Of(api));
    }

    [Fact]
    public async Task UseRateLimiter_WithAPolicyOfConfigurationAlone_PassesRequestsOfIt()
    {
        var configuration = new ChangingConfiguration("""{ "Policies": { "api": { "Quotas": { "q": { "Rate": "5/1h" } } } } }""");
        await using var api = await configuration.StartAsync(
            map: web =>
            {
                web.UseRateLimiter();
                web.MapGet("/", () => "hello").RequireRateLimiting("api");
            },
            services: services => services.AddRateLimiter(_ => { }));

        var response = await api.SendAsync();
        Assert.Equal((HttpStatusCode.OK, "4"), (response.Status, response["X-RateLimit-Remaining"]));
        Assert.Empty(Complaints.Of(api));
    }

    [Theory]
    [InlineData("""{ "Quotas": { "q": { "Rate": "5/1h" } } }""", null)]
    [InlineData("{}", 5)]
    public async Task UseRateLimiter_WithTheShortFormOfTheDefaultPolicy_PassesRequestsOfIt(string json, int? limit)
    {
        await using var api = await new ChangingConfiguration(json).StartAsync(
            limits =>
            {
                if (limit is { } permits)
                {
                    limits.FixedWindow(permits, Minute);
                }
            },
            web =>
            {
                web.UseRateLimiter();
                web.MapGet("/", () => "hello").RequireRateLimiting("default");
            },
            services => services.AddRateLimiter(_ => { }));

        var response = await api.SendAsync();
        Assert.Equal((HttpStatusCode.OK, "4"), (response.Status, response["X-RateLimit-Remaining"]));
    }

    [Fact]
    public async Task Policy_OfConfigurationAndOfAddRateLimiter_IsLogged()
    {
        var configuration = new ChangingConfiguration("""{ "Policies": { "api": { "Quotas": { "q": { "Rate": "5/1h" } } } } }""");
        await using var api = await configuration.StartAsync(
            map: web =>
            {
                web.UseRateLimiter();
                web.MapGet("/", () => "hello").RequireRateLimiting("api");
            },
            services: services => services.AddRateLimiter(options => options.AddPolicy("api", _ => RateLimitPartition.GetNoLimiter(""))));

        Assert.Equal(
            [(LogLevel.Warning, 34,
                "The policy api is defined in AddRateLimiter, too. If UseRateLimiter() and UseRateLimitHeaders() run in one pipeline, "
                + "its requests are limited twice. Remove one of the two definitions.")],
            Complaints.Of(api));
    }

    [Fact]
    public async Task Policy_DefinedTwice_IsLogged()
    {
        await using var api = await StartAsync(services => services.AddRateLimiter(options =>
            options.AddPolicy("own", _ => RateLimitPartition.GetNoLimiter(""))));
        await api.SendAsync();

        Assert.Equal(
            [(LogLevel.Warning, 34,
                "The policy own is defined in AddRateLimiter, too. If UseRateLimiter() and UseRateLimitHeaders() run in one pipeline, "
                + "its requests are limited twice. Remove one of the two definitions.")],
            Complaints.Of(api));
    }

    [Fact]
    public async Task GlobalLimiter_BesideTheLimits_IsLogged()
    {
        await using var api = await StartAsync(services => services.AddRateLimiter(options =>
            options.GlobalLimiter = PartitionedRateLimiter.Create<Microsoft.AspNetCore.Http.HttpContext, string>(
                _ => RateLimitPartition.GetNoLimiter(""))));
        await api.SendAsync();

        Assert.Equal(
            [(LogLevel.Warning, 35,
                "AddRateLimiter has a GlobalLimiter. If UseRateLimiter() and UseRateLimitHeaders() run in one pipeline, it limits the "
                + "same requests, and the rate limit headers do not show it. Move it into AddRateLimitHeaders with Global.")],
            Complaints.Of(api));
    }

    [Fact]
    public async Task UseRateLimiter_BeforeThisLibrary_PassesRequestsOfOurPolicies()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("own", policy => policy.FixedWindow(1, Minute)),
            web => web.MapGet("/", () => "hello").RequireRateLimiting("own"),
            services => services.AddRateLimiter(_ => { }),
            app => app.UseRouting().UseRateLimiter());

        Assert.Equal("0", (await api.SendAsync())["X-RateLimit-Remaining"]);
        Assert.Equal("60", (await api.SendAsync())["Retry-After"]);
        Assert.Empty(Complaints.Of(api));
    }

    [Fact]
    public async Task Endpoint_WithAPolicyOfAddRateLimiterAlone_StopsTheStart()
    {
        var exception = await Misconfigured.StartAsync(
            limits => limits.AddPolicy("own", policy => policy.FixedWindow(5, Minute)),
            web =>
            {
                web.UseRateLimiter();
                web.MapGet("/", () => "hello").RequireRateLimiting("stock");
            },
            services => services.AddRateLimiter(options => options.AddPolicy("stock", _ => RateLimitPartition.GetNoLimiter(""))));

        Assert.Equal(
            [
                new("RLH0501", "", "Endpoint \"HTTP: GET /\" requires the rate limiting policy \"stock\", which does not exist "
                    + "(those of AddRateLimiter have no effect here); add it with AddPolicy(\"stock\", …) or correct the name. There are \"own\"."),
            ],
            exception.Errors);
    }

    [Fact]
    public async Task UseRateLimiter_WithoutThisMiddleware_LogsThatTheLimitsAreUnused()
    {
        // The stand-in policies limit nothing: what they stand in for must not be missed in silence.
        var log = new RecordingLogger();
        await using var app = BareHost.Build(
            limits => limits.AddPolicy("own", policy => policy.FixedWindow(1, Minute)),
            services => services.AddRateLimiter(_ => { }).AddLogging(logging => logging.AddProvider(log)));
        app.UseRateLimiter();
        app.MapGet("/", () => "hello").RequireRateLimiting("own");
        await app.StartAsync();

        Assert.Equal(
            [(LogLevel.Warning, 33,
                "AddRateLimitHeaders was called and UseRateLimitHeaders() was not: no HTTP request is limited. Call app.UseRateLimitHeaders().")],
            log.Entries);
    }

    private static Task<TestApi> StartAsync(Action<IServiceCollection> services) => TestApi.StartAsync(
        limits => limits.AddPolicy("own", policy => policy.FixedWindow(5, Minute)),
        web =>
        {
            web.UseRateLimiter();
            web.MapGet("/", () => "hello").RequireRateLimiting("own");
        },
        services);
}
