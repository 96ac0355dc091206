using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>The section RateLimitHeaders:Redis.</summary>
public partial class RedisConfigurationTests
{
    private const string Server = "localhost:1,abortConnect=false";

    [Fact]
    public void Settings_OfASection_AreAllRead()
    {
        var options = Read("""
            {
              "Configuration": "redis.internal:6379", "ServiceKey": "limits", "KeyPrefix": "shop", "HashKey": "secret", "GroupCalls": false, "Deadline": "200ms", "Nodes": 4,
              "WhenUnavailable": "Reject", "RememberRejections": false, "HeldPermitLifetime": "2m", "LocalBatches": { "MaxBatch": 100, "HoldTime": "00:00:02" }
            }
            """);

        Assert.Equal(
            ("redis.internal:6379", "shop", "secret", false, TimeSpan.FromMilliseconds(200), 4),
            (options.Configuration, options.KeyPrefix, options.HashKey, options.GroupCalls, options.Deadline, options.Nodes));
        Assert.Equal(
            (StoreUnavailable.Reject, false, TimeSpan.FromMinutes(2)), (options.WhenUnavailable, options.RememberRejections, options.HeldPermitLifetime));
        Assert.Equal("limits", options.ServiceKey);
        Assert.Equal((100, TimeSpan.FromSeconds(2)), (options.LocalBatches!.MaxBatch, options.LocalBatches.HoldTime));
        Assert.Empty(options.Findings.Errors);
    }

    [Fact]
    public void Settings_ThatAreNull_AreTheDefaults()
    {
        var options = Read("""{ "Configuration": null, "HashKey": null, "GroupCalls": null }""");

        Assert.Equal((null, null, null, null), (options.Configuration, options.HashKey, options.GroupCalls, options.LocalBatches));
        Assert.Empty(options.Findings.Errors);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    public void LocalBatches_OfNothing_AreAnError(string json)
    {
        var options = Read($$"""{ "LocalBatches": {{json}} }""");

        Assert.Null(options.LocalBatches);
        Assert.Equal(
            ["RLH0057 LocalBatches is empty, which changes nothing; give a setting of it, such as \"MaxBatch\": 4000, or leave it out."],
            options.Findings.Errors.Select(error => $"{error.Id} {error.Message}"));
    }

    [Fact]
    public void Settings_OfASection_DecideOverCode()
    {
        var options = Read("""{ "Nodes": 4 }""", redis => (redis.Nodes, redis.KeyPrefix) = (2, "shop"));

        Assert.Equal((4, "shop"), (options.Nodes, options.KeyPrefix));
    }

    [Fact]
    public void Table_OfSettings_HasThePropertiesOfTheOptions() => Assert.Equal(
        typeof(RedisStoreOptions).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal),
        RedisSettings.Table.Settings.Select(setting => setting.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Reference_OfTheDocument_NamesTheKeys()
    {
        var document = Pages.Document("configuration.md");
        var section = document[document.IndexOf("\n### RateLimitHeaders:Redis\n", StringComparison.Ordinal)..document.IndexOf("\n## From AspNetCoreRateLimit\n", StringComparison.Ordinal)];

        Assert.Equal(RedisSettings.Table.Settings.Select(setting => setting.Name), Key().Matches(section).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public async Task Errors_OfBothSections_StopTheStartTogether() => Assert.Equal(
        [
            new("RLH0051", "Headrs", "There is no setting Headrs; correct it to Headers, or leave it out."),
            new("RLH0603", "Redis:Nodes", "Nodes is 0; give the number of servers, 1 or more."),

            // What is misspelled may be a secret.
            new("RLH0051", "Redis:Configuraton", "There is no setting Configuraton; correct it to Configuration, or leave it out."),
            new("RLH0052", "Redis:Deadline", "Deadline is \"100\"; give a time, such as \"00:01:00\", \"30s\", \"15m\", \"1h\" or \"7d\"."),
        ],
        await ErrorsAsync(
            $$"""
            {
              "Headrs": "None",
              "Quotas": { "q": { "Rate": "1/1s" } },
              "Redis": { "Configuration": "{{Server}}", "Configuraton": "localhost,password=hush", "Nodes": 0, "Deadline": 100 }
            }
            """,
            (builder, section) => builder.AddRedis(section)));

    [Fact]
    public async Task ConnectionString_InPlaceOfTheSection_IsNotPrinted() => Assert.Equal(
        [
            new("RLH0053", "Redis", "Redis is a single value; give a section with settings."),
            new("RLH0702", "Redis:Configuration", "There is no connection string, and no IConnectionMultiplexer among the services; give one of StackExchange.Redis, such as \"localhost:6379\"."),
        ],
        await ErrorsAsync("""{ "Quotas": { "q": { "Rate": "1/1s" } }, "Redis": "localhost,password=hush" }""", (builder, section) => builder.AddRedis(section)));

    [Fact]
    public async Task Section_ThatTheStoreDoesNotRead_StopsTheStart() => Assert.Equal(
        [
            new("RLH0051", "Redis", "The store Redis does not read its section; give the section to the store where it is registered, or leave it out."),
        ],
        await ErrorsAsync("""{ "Quotas": { "q": { "Rate": "1/1s" } }, "Redis": { "Nodes": 2 } }""", (builder, _) => builder.AddRedis(Server)));

    [Fact]
    public async Task Section_ThatChanges_NeedsARestart()
    {
        var configuration = new ChangingConfiguration(Json(2));
        await using var api = await TestApi.StartAsync(_ => { }, services: services => services
            .AddSingleton<IConfiguration>(configuration.Root)
            .AddRateLimitHeaders().AddRedis(configuration.Section.GetSection("Redis")));

        configuration.Change(Json(3));
        api.Time.Advance(LimitsReload.Quiet);

        Assert.Contains(
            "Redis has changed in configuration. It is read when the application starts, and takes effect with the next start.",
            api.Log.Entries.Select(entry => entry.Message));

        static string Json(int nodes) =>
            $$"""{ "Quotas": { "q": { "Rate": "1/1s" } }, "Redis": { "Configuration": "{{Server}}", "Nodes": {{nodes}} } }""";
    }

    private static RedisStoreOptions Read(string json, Action<RedisStoreOptions>? code = null)
    {
        var services = new ServiceCollection();
        services.AddRateLimitHeaders().AddRedis(ConfigurationText.Section(json), code);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<RedisStoreOptions>>().Value;
    }

    private static async Task<IReadOnlyList<RateLimitConfigurationError>> ErrorsAsync(
        string json, Action<IRateLimitHeadersBuilder, IConfigurationSection> addRedis)
    {
        var section = ConfigurationText.Section(json);
        return (await Assert.ThrowsAsync<RateLimitConfigurationException>(async () =>
        {
            await using var api = await TestApi.StartAsync(
                _ => { }, services: services => addRedis(services.AddRateLimitHeaders().LoadFromConfiguration(section), section.GetSection("Redis")));
        })).Errors;
    }

    [GeneratedRegex(@"^\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Key();
}
