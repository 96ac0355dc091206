using Microsoft.Extensions.Options;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Without LoadFromConfiguration, the section RateLimitHeaders of the registered configuration is read.</summary>
public class AutomaticSectionTests
{
    private const string Limits = """{ "Quotas": { "q": { "Rate": "5/1h" } } }""";

    [Fact]
    public async Task Section_OfTheRegisteredConfiguration_IsReadByItself()
    {
        await using var app = await StartAsync(new ChangingConfiguration(Limits), services => services.AddRateLimitHeaders());

        Assert.Equal((200, "4", null), await app.SendAsync());
    }

    [Fact]
    public async Task Section_OfTheRegisteredConfiguration_IsReloaded()
    {
        var configuration = new ChangingConfiguration(Limits);
        await using var app = await StartAsync(configuration, services => services.AddRateLimitHeaders());
        await app.SendAsync();

        configuration.Change("""{ "Quotas": { "q": { "Rate": "9/1h" } } }""");
        ((ManualTimeProvider)app.Services.GetRequiredService<TimeProvider>()).Advance(LimitsReload.Quiet);
        Assert.Equal((200, "7", null), await app.SendAsync());
    }

    [Fact]
    public async Task Section_OfTheRegisteredConfiguration_IsOnTopOfTheLimitsOfThePipeline()
    {
        await using var app = await StartAsync(
            new ChangingConfiguration("""{ "Quotas": { "q": { "PermitLimit": 5 } } }"""),
            services => services.AddRateLimitHeaders(),
            web => web.UseRateLimitHeaders(limits => limits.FixedWindow("q", 3, TimeSpan.FromHours(1))));

        Assert.Equal((200, "4", null), await app.SendAsync());
    }

    [Fact]
    public async Task Section_ThatIsGiven_ReplacesTheAutomaticOne()
    {
        var given = Configured.Section("""{ "Quotas": { "q": { "Rate": "7/1h" } } }""");
        await using var app = await StartAsync(new ChangingConfiguration("""{ "Nothing": "valid" }"""), services => services.AddRateLimitHeaders().LoadFromConfiguration(given));

        Assert.Equal((200, "6", null), await app.SendAsync());
    }

    [Fact]
    public async Task Sections_ThatAreGiven_AddUpInTheirOrder()
    {
        var first = Configured.Section("""{ "Quotas": { "q": { "Rate": "7/1h" }, "r": { "Rate": "3/1s" } } }""");
        var second = Configured.Section("""{ "Quotas": { "q": { "Rate": "2/1h" } } }""");
        await using var app = await StartAsync(
            new ChangingConfiguration(null), services => services.AddRateLimitHeaders().LoadFromConfiguration(first).LoadFromConfiguration(second));

        Assert.Equal((200, "1", null), await app.SendAsync());
    }

    [Fact]
    public void Sections_WithDifferentValues_TheLastApplies_AndOnlySettingsOfCodeAreOverridden()
    {
        var services = new ServiceCollection();
        services.AddRateLimitHeaders(limits => limits.FixedWindow("r", 1, TimeSpan.FromHours(1)))
            .LoadFromConfiguration(Configured.Section("""{ "MaxPartitions": 5, "Quotas": { "q": { "Rate": "7/1h" }, "r": { "PermitLimit": 2 } } }"""))
            .LoadFromConfiguration(Configured.Section("""{ "MaxPartitions": 6, "Quotas": { "q": { "Rate": "2/1h" }, "r": { "PermitLimit": 3 } } }"""));
        using var provider = services.BuildServiceProvider();

        var options = provider.GetRequiredService<ConfiguredLimits>().Over(
            provider.GetRequiredService<IOptions<RateLimitHeadersOptions>>().Value);
        Assert.Equal((6, 2, 3), (options.MaxPartitions, options.Quotas["q"].PermitLimit, options.Quotas["r"].PermitLimit));
        Assert.Equal(["Quotas:r:PermitLimit"], options.Findings.Overridden);
    }

    [Fact]
    public async Task Errors_OfTheSectionByItself_StopTheStart()
    {
        var exception = await Assert.ThrowsAsync<RateLimitConfigurationException>(async () =>
        {
            await using var app = await StartAsync(new ChangingConfiguration("""{ "Nothing": "valid" }"""), services => services.AddRateLimitHeaders());
        });

        Assert.Equal(["RLH0051", "RLH0001"], exception.Errors.Select(error => error.Id));
    }

    private static async Task<WebApplication> StartAsync(
        ChangingConfiguration configuration, Action<IServiceCollection> services, Action<IApplicationBuilder>? use = null)
    {
        var app = BareHost.Build(services: all =>
        {
            all.AddSingleton<IConfiguration>(configuration.Root);
            services(all);
        });
        (use ?? (web => web.UseRateLimitHeaders()))(app);
        app.MapGet("/", () => "hello");
        await app.StartAsync();
        return app;
    }
}
