using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Options;

namespace RateLimitHeaders.AspNetCore.Tests;

public class StartTests
{
    private static readonly RateLimitConfigurationError s_error = new("RLH0002", "MaxPartitions", "MaxPartitions is 0; give 1 or more.");

    [Fact]
    public async Task Start_UnusableLimitsThatNoPipelineUses_IsStopped()
    {
        await using var app = BareHost.Build(Unusable);

        Assert.Equal([s_error], (await Assert.ThrowsAsync<RateLimitConfigurationException>(() => app.StartAsync())).Errors);
    }

    [Fact]
    public async Task Start_UnusableLimitsWithoutAWebServer_IsStopped()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddRateLimitHeaders(Unusable);
        using var host = builder.Build();

        Assert.Equal([s_error], (await Assert.ThrowsAsync<RateLimitConfigurationException>(() => host.StartAsync())).Errors);
    }

    [Fact]
    public async Task Start_UsableLimitsThatNoPipelineUses_IsNotStopped()
    {
        await using var app = BareHost.Build(Usable);

        await app.StartAsync();
    }

    [Fact]
    public async Task Start_UnusableLimitsAndEndpoints_ThrowsTheErrorsOfBoth()
    {
        await using var app = BareHost.Build(Unusable);
        app.UseRateLimitHeaders();
        app.MapGet("/", () => "hello").RequireRateLimiting("api");

        Assert.Equal(
            ["RLH0002", "RLH0501"],
            (await Assert.ThrowsAsync<RateLimitConfigurationException>(() => app.StartAsync())).Errors.Select(error => error.Id));
    }

    [Fact]
    public async Task Start_PipelineBuiltWithTheHost_CountsByTheLimitsThatItGives()
    {
        using var host = await StartAsync(services => services.AddRateLimitHeaders(), app => app.UseRateLimitHeaders(Usable));

        using var response = await host.GetTestClient().GetAsync("/");
        Assert.Equal(["1"], response.Headers.GetValues("X-RateLimit-Limit"));
    }

    [Fact]
    public async Task Start_PipelineBuiltWithTheHost_CountsByTheLimitsOfTheServices()
    {
        using var host = await StartAsync(services => services.AddRateLimitHeaders(Usable), app => app.UseRateLimitHeaders());

        using var response = await host.GetTestClient().GetAsync("/");
        Assert.Equal(["1"], response.Headers.GetValues("X-RateLimit-Limit"));
    }

    [Fact]
    public async Task Start_PipelineBuiltWithTheHost_IsStoppedByUnusableLimits() => Assert.Equal(
        [s_error],
        (await Assert.ThrowsAsync<RateLimitConfigurationException>(
            () => StartAsync(services => services.AddRateLimitHeaders(Unusable), app => app.UseRateLimitHeaders()))).Errors);

    [Theory]
    [InlineData("""{ "Principals": [ { "From": "Code" }, { "From": "IpAddress" } ] }""", true)]
    [InlineData("""{ "Principals": [ { "From": "Code" }, { "From": "IpAddress" } ], "Quotas": { "q": { "Rate": "7/1m" } } }""", false)]
    public async Task Start_PipelineBuiltWithTheHost_AddsTheRulesOfCode(string json, bool hasLimits)
    {
        RateLimitPrincipal? caller = null;
        using var host = await StartAsync(
            services => services.AddRateLimitHeaders().LoadFromConfiguration(Configured.Section(json)),
            app => app
                .UseRateLimitHeaders(limits =>
                {
                    limits.Principals(who => who.From(_ => new RateLimitPrincipal("key", "k"), "key"));
                    if (hasLimits)
                    {
                        limits.FixedWindow("q", 7, TimeSpan.FromMinutes(1));
                    }
                })
                .Run(context =>
                {
                    caller = context.GetRateLimitFeature()!.Principal;
                    return Task.CompletedTask;
                }));

        using var response = await host.GetTestClient().GetAsync("/");
        Assert.Equal(["7"], response.Headers.GetValues("X-RateLimit-Limit"));
        Assert.Equal(new RateLimitPrincipal("key", "k"), caller);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_FromCodeWithAPipelineThatAddsNoRules_IsAnError(bool hasLimits)
    {
        var section = Configured.Section("""{ "Principals": [ { "From": "Code" } ], "Quotas": { "q": { "Rate": "7/1m" } } }""");
        Action<IApplicationBuilder> pipeline = hasLimits ? app => app.UseRateLimitHeaders(Usable) : app => app.UseRateLimitHeaders();

        var exception = await Assert.ThrowsAsync<RateLimitConfigurationException>(
            () => StartAsync(services => services.AddRateLimitHeaders().LoadFromConfiguration(section), pipeline));

        Assert.Equal([("RLH0058", "Principals:0")], exception.Errors.Select(error => (error.Id, error.Path)));
    }

    [Fact]
    public async Task Start_FromCodeWithServicesThatAddNoRules_IsAnError()
    {
        var section = Configured.Section("""{ "Principals": [ { "From": "Code" } ] }""");

        var exception = await Assert.ThrowsAsync<RateLimitConfigurationException>(
            () => StartAsync(services => services.AddRateLimitHeaders(Usable).LoadFromConfiguration(section), app => app.UseRateLimitHeaders()));

        Assert.Equal([("RLH0058", "Principals:0")], exception.Errors.Select(error => (error.Id, error.Path)));
    }

    [Fact]
    public async Task Start_NoLimitsAtAll_IsStopped() => Assert.Equal(
        ["RLH0001"],
        (await Assert.ThrowsAsync<RateLimitConfigurationException>(
            () => StartAsync(services => services.AddRateLimitHeaders(), app => app.UseRateLimitHeaders()))).Errors.Select(error => error.Id));

    [Fact]
    public async Task Limits_OfSeveralBranchesBesideTheServices_AreAnError()
    {
        await using var app = BareHost.Build(services: services => services.AddRateLimitHeaders());
        app.Map("/a", branch => branch.UseRateLimitHeaders(Usable));

        Assert.Equal(
            "UseRateLimitHeaders(limits => …) is called in several branches, and AddRateLimitHeaders() registers one set of limits; "
                + "give all limits in AddRateLimitHeaders and call UseRateLimitHeaders() in each branch.",
            Assert.Throws<InvalidOperationException>(() => app.Map("/b", branch => branch.UseRateLimitHeaders(Usable))).Message);
    }

    [Fact]
    public void Options_ReadBeforeTheStart_ThrowAllErrors()
    {
        using var services = new ServiceCollection().AddRateLimitHeaders(Unusable).Services.BuildServiceProvider();

        var exception = Assert.ThrowsAny<OptionsValidationException>(
            () => services.GetRequiredService<IOptions<RateLimitHeadersOptions>>().Value);
        Assert.Equal([s_error], Assert.IsType<RateLimitConfigurationException>(exception).Errors);
    }

    [Fact]
    public void Options_OfAnotherName_AreNotChecked()
    {
        var services = new ServiceCollection().AddRateLimitHeaders(Usable).Services;
        services.Configure<RateLimitHeadersOptions>("other", options => options.MaxPartitions = 0);
        using var provider = services.BuildServiceProvider();

        Assert.Equal(0, provider.GetRequiredService<IOptionsMonitor<RateLimitHeadersOptions>>().Get("other").MaxPartitions);
    }

    [Fact]
    public async Task Configure_OnStart_RunsOnce()
    {
        var runs = 0;
        await using var app = BareHost.Build(limits =>
        {
            runs++;
            Usable(limits);
        });
        app.UseRateLimitHeaders();
        await app.StartAsync();

        Assert.Equal(1, runs);
    }

    private static void Usable(RateLimitsBuilder limits) => limits.FixedWindow(1, TimeSpan.FromMinutes(1));

    private static void Unusable(RateLimitsBuilder limits) => limits.FixedWindow(1, TimeSpan.FromMinutes(1)).MaxPartitions(0);

    /// <summary>Starts a host whose pipeline is built after the options were checked, as one with a Startup class is.</summary>
    private static Task<IHost> StartAsync(Action<IServiceCollection> services, Action<IApplicationBuilder> pipeline) => new HostBuilder()
        .ConfigureWebHost(web => web.UseTestServer().ConfigureServices(services).Configure(pipeline))
        .StartAsync();
}
