using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.SignalR;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A policy that limits no request is said when the application starts, and when configuration has changed.</summary>
public class UnusedPolicyTests
{
    private const string Api = """{ "Policies": { "api": { "Quotas": { "q": { "Rate": "5/1h" } } } } }""";

    [Fact]
    public async Task Policy_WithoutADefaultPolicyThatNamesIt_IsLoggedAtTheStart()
    {
        await using var api = await new ChangingConfiguration(Api).StartAsync();

        Assert.Equal([Warning("api")], Complaints.Of(api));
        Assert.Null((await api.SendAsync())["X-RateLimit-Limit"]);
    }

    [Fact]
    public async Task Policies_ThatAChangeOfConfigurationLeavesUnused_AreLogged()
    {
        var configuration = new ChangingConfiguration("""{ "DefaultPolicy": "api", "Policies": { "api": { "Quotas": { "q": { "Rate": "5/1h" } } } } }""");
        await using var api = await configuration.StartAsync();
        Assert.Empty(Complaints.Of(api));

        api.Change(configuration, """{ "Policies": { "api": { "Quotas": { "q": { "Rate": "5/1h" } } }, "b": { "Quotas": { "q": { "Rate": "5/1h" } } } } }""");

        Assert.Equal([Warning("api"), Warning("b")], Complaints.Of(api));
    }

    [Fact]
    public async Task Policy_OfAFallbackThatLeadsToAnAction_IsLogged()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("search", policy => policy.FixedWindow("q", 1, Hour))
                .AddPolicy("deep", policy => policy.FixedWindow("q", 1, Hour))
                .AddPolicy("spa", policy => policy.FixedWindow("q", 1, Hour)),
            web => web.MapFallbackToController("Index", "Conventional").RequireRateLimiting("spa"),
            services => services.AddControllers().AddApplicationPart(typeof(UnusedPolicyTests).Assembly));

        Assert.Equal([Warning("spa")], Complaints.Of(api));
    }

    [Fact]
    public async Task Policies_ThatAreUsedInAnyWay_AreNotLogged()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("metadata", policy => policy.FixedWindow("q", 1, Hour))
                .AddPolicy("configuration", policy => policy.FixedWindow("q", 1, Hour))
                .AddPolicy("hub", policy => policy.FixedWindow("q", 1, Hour))
                .AddPolicy("method", policy => policy.FixedWindow("q", 1, Hour))
                .AddPolicy("usual", policy => policy.FixedWindow("q", 1, Hour))
                .DefaultPolicy("usual")
                .Global(policy => policy.FixedWindow("q", 1, Hour)),
            web =>
            {
                web.MapGet("/metadata", () => "hello").RequireRateLimiting("metadata");
                web.MapGet("/configuration", () => "hello");
                web.MapHub<NamedHub>("/hub").DisableRateLimiting();
            },
            services =>
            {
                services.AddSignalR().AddRateLimitHeaders();
                services.Configure<RateLimitHeadersOptions>(options => options.Policies["configuration"].Endpoints.Add("GET /configuration"));
            });

        Assert.Empty(Complaints.Of(api));
    }

    [Fact]
    public async Task Policy_ThatEndpointsOfAnotherPolicyOrNoneRequire_IsLogged()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("off", policy => policy.FixedWindow("q", 1, Hour))
                .AddPolicy("moved", policy => policy.FixedWindow("q", 1, Hour))
                .AddPolicy("used", policy => policy.FixedWindow("q", 1, Hour)),
            web =>
            {
                web.MapGet("/off", () => "hello").RequireRateLimiting("off").DisableRateLimiting();
                web.MapGet("/moved", () => "hello").RequireRateLimiting("moved");
            },
            services => services.Configure<RateLimitHeadersOptions>(options => options.Policies["used"].Endpoints.Add("/moved")));

        Assert.Equal([Warning("off"), Warning("moved")], Complaints.Of(api));
    }

    [Fact]
    public async Task Policy_OfAnEndpointThatIsMappedAfterABranch_IsNotLogged()
    {
        var log = new RecordingLogger();
        await using var app = BareHost.Build(
            limits => limits.AddPolicy("own", policy => policy.FixedWindow(5, Hour)).AddPolicy("spare", policy => policy.FixedWindow(5, Hour)),
            services => services.AddLogging(logging => logging.AddProvider(log)));
        app.Map("/branch", branch => branch.UseRateLimitHeaders());
        app.MapGet("/", () => "hello").RequireRateLimiting("own");
        await app.StartAsync();

        Assert.Equal([Warning("spare")], log.Entries);
    }

    [Fact]
    public async Task Policy_OfAPipelineWithoutServices_IsLogged()
    {
        var log = new RecordingLogger();
        await using var app = BareHost.Build(services: services => services.AddLogging(logging => logging.AddProvider(log)));
        app.UseRateLimitHeaders(limits => limits.AddPolicy("own", policy => policy.FixedWindow(5, Hour)));
        app.MapGet("/", () => "hello");
        await app.StartAsync();

        Assert.Equal([Warning("own")], log.Entries);
    }

    [Fact]
    public async Task Findings_BeforeAReload_AreNotLoggedAgain()
    {
        const string Spare = """{ "Quotas": { "hour": { "Rate": "5/1h" }, "minute": { "Rate": "10/1m" } } }""";
        var configuration = new ChangingConfiguration($$"""{ "Policies": { "a": {{Spare}} } }""");
        await using var api = await configuration.StartAsync();
        Assert.Equal([39, 26], Complaints.Of(api).Select(complaint => complaint.Id));

        api.Change(configuration, $$"""{ "Policies": { "a": {{Spare}}, "b": {{Spare}} } }""");
        Assert.Equal([39, 26, 39, 26], Complaints.Of(api).Select(complaint => complaint.Id));
        Assert.Equal(Warning("b"), Complaints.Of(api)[^1]);
    }

    private static (LogLevel Level, int Id, string Message) Warning(string policy) => (LogLevel.Warning, 26,
        $"The policy \"{policy}\" is the policy of no endpoint, and neither the default nor the global one: it limits no request. Require it "
        + $"with RequireRateLimiting(\"{policy}\"), give it Endpoints (those with methods take precedence), make it the DefaultPolicy, or remove it.");

#pragma warning disable CA1822 // SignalR finds no static methods.
    [EnableRateLimiting("hub")]
    private sealed class NamedHub : Hub
    {
        [EnableRateLimiting("method")]
        public void Send()
        {
        }
    }
#pragma warning restore CA1822
}
