using Microsoft.AspNetCore.TestHost;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A service of the application asks for limits before the pipeline is built, when no endpoint is mapped yet.</summary>
public class EarlyServiceTests
{
    private const string OfSearch = """{ "Policies": { "search": { "Endpoints": [ "GET /search" ], "Quotas": { "q": { "Rate": "5/1h" } } } } }""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Patterns_OfEndpointsThatAreMappedLater_StopNoStart(bool isUsed)
    {
        await using var app = Build(OfSearch, isUsed);
        app.UseRateLimitHeaders();
        app.MapGet("/search", () => "");

        await app.StartAsync();

        Assert.Equal((200, "4", null), await app.SendAsync("/search"));
    }

    [Theory]
    [InlineData(false, "GET /search", "RLH0501")]
    [InlineData(true, "GET /search", "RLH0501")]
    [InlineData(false, "GET /serach", "RLH0501 RLH0504")]
    [InlineData(true, "GET /serach", "RLH0501 RLH0504")]
    public async Task Endpoints_ThatCannotWork_StopTheStart(bool isUsed, string pattern, string errors)
    {
        await using var app = Build(OfSearch.Replace("GET /search", pattern, StringComparison.Ordinal), isUsed);
        app.UseRateLimitHeaders();
        app.MapGet("/search", () => "");
        app.MapGet("/other", () => "").RequireRateLimiting("serach");

        var exception = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => app.StartAsync());

        Assert.Equal(errors, string.Join(' ', exception.Errors.Select(error => error.Id).Order()));
    }

    [Theory]
    [InlineData("GET /search", null)]
    [InlineData("GET /serach", "RLH0504")]
    public async Task Branch_ThatIsBuiltBeforeEndpointsAreMapped_IsCheckedAgainstThem(string pattern, string? error)
    {
        await using var app = Build(OfSearch.Replace("GET /search", pattern, StringComparison.Ordinal), isUsed: false);
        app.MapWhen(context => context.Request.Path == "/branch", branch => branch.UseRateLimitHeaders());
        app.MapGet("/search", () => "");

        var exception = await Record.ExceptionAsync(() => app.StartAsync());

        Assert.Equal(error, (exception as RateLimitConfigurationException)?.Errors.Single().Id);
    }

    [Fact]
    public async Task Limits_ThatNoPipelineUses_AreCheckedToo()
    {
        await using var app = Build(OfSearch, isUsed: true);

        var exception = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => app.StartAsync());

        Assert.Equal(["RLH0504"], exception.Errors.Select(error => error.Id));
    }

    [Fact]
    public async Task Limits_ThatThePipelineGivesLater_AreInForce()
    {
        using var host = await new HostBuilder()
            .ConfigureServices(services => services.AddHostedService<EarlyService>().AddSingleton(new EarlyUse(false)))
            .ConfigureWebHost(web => web.UseTestServer()
                .ConfigureServices(services => services.AddRateLimitHeaders())
                .Configure(app => app.UseRateLimitHeaders(limits => limits.FixedWindow(3, TimeSpan.FromMinutes(1)))))
            .StartAsync();

        using var response = await host.GetTestClient().GetAsync("/");

        Assert.Equal(["3"], response.Headers.GetValues("X-RateLimit-Limit"));
    }

    [Fact]
    public async Task Limits_ThatThePipelineAddsToThoseInForce_AreInForce()
    {
        var configuration = new ChangingConfiguration("""{ "Quotas": { "q": { "Rate": "5/1h" } } }""");
        using var host = await new HostBuilder()
            .ConfigureServices(services => services.AddHostedService<EarlyService>().AddSingleton(new EarlyUse(true)))
            .ConfigureWebHost(web => web.UseTestServer()
                .ConfigureServices(services => services.AddRateLimitHeaders().LoadFromConfiguration(configuration.Section))
                .Configure(app => app.UseRateLimitHeaders(limits => limits.FixedWindow("p", 3, TimeSpan.FromMinutes(1)))))
            .StartAsync();

        using var response = await host.GetTestClient().GetAsync("/");

        Assert.Equal(["3"], response.Headers.GetValues("X-RateLimit-Limit"));
    }

    [Fact]
    public async Task Rules_ThatThePipelineAddsToThoseInForce_AreInForce()
    {
        var configuration = new ChangingConfiguration("""{ "Principals": [ { "From": "Code" } ], "Quotas": { "q": { "Rate": "5/1h" } } }""");
        RateLimitPrincipal? caller = null;
        using var host = await new HostBuilder()
            .ConfigureServices(services => services.AddHostedService<EarlyService>().AddSingleton(new EarlyUse(true)))
            .ConfigureWebHost(web => web.UseTestServer()
                .ConfigureServices(services => services.AddRateLimitHeaders().LoadFromConfiguration(configuration.Section))
                .Configure(app => app
                    .UseRateLimitHeaders(limits => limits.Principals(who => who.From(_ => new RateLimitPrincipal("key", "k"), "key")))
                    .Run(context =>
                    {
                        caller = context.GetRateLimitFeature()!.Principal;
                        return Task.CompletedTask;
                    })))
            .StartAsync();

        using var response = await host.GetTestClient().GetAsync("/");

        Assert.Equal(["5"], response.Headers.GetValues("X-RateLimit-Limit"));
        Assert.Equal(new RateLimitPrincipal("key", "k"), caller);
    }

    private static WebApplication Build(string json, bool isUsed) => BareHost.Build(services: services => services
        .AddHostedService<EarlyService>()
        .AddSingleton(new EarlyUse(isUsed))
        .AddRateLimitHeaders()
        .LoadFromConfiguration(new ChangingConfiguration(json).Section));

    private sealed record EarlyUse(bool IsUsed);

    private sealed class EarlyService(IRateLimitOperator operators, EarlyUse early) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            if (early.IsUsed)
            {
                await operators.LookAsync(new RateLimitTarget("anonymous", "192.0.2.1"), cancellationToken);
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
