using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.TestHost;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>docs/configuration.md names all keys that are read and no other, and its examples work.</summary>
public partial class ConfigurationDocumentTests
{
    private static readonly string s_document = Pages.Document("configuration.md");
    private static readonly string s_snippets = Pages.Snippets("ConfigurationSnippets", "CustomerLimits");

    // Those of Microsoft.NET.Sdk.Web, as far as the examples need them.
    private static readonly string[] s_implicitUsings =
    [
        "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Http", "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting",
        "Microsoft.Extensions.Logging",
    ];

    [Fact]
    public void Reference_OfEachSection_NamesItsKeys()
    {
        AssertKeys("RateLimitHeaders", LimitsSettings.Table);
        AssertKeys("A policy", PolicySettings.Policy);
        AssertKeys("Costs of endpoints", PolicySettings.Policy.Settings.Single(setting => setting.Name == "EndpointCosts").Table!);
        AssertKeys("A plan", QuotaSettings.Plan);
        AssertKeys("A ban", BanSettings.Ban);
        AssertKeys("A policy's Rejection", RejectionSettings.Rejection);
        AssertKeys("A quota", QuotaSettings.Quota);
        AssertKeys("Headers", HeaderSettings.Headers);
        AssertKeys("Headers:XRateLimit", HeaderSettings.Headers.Settings.Single(setting => setting.Name == "XRateLimit").Table!);
        AssertKeys("Headers:Ietf", HeaderSettings.Headers.Settings.Single(setting => setting.Name == "Ietf").Table!);
        Assert.Equal(
            PrincipalSettings.Tables.Values.SelectMany(table => table.Settings).Select(setting => setting.Name).Distinct().Order(StringComparer.Ordinal),
            KeysOf("A rule of Principals").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Reference_OfNames_HasAllOfThemInARowOfTheirSetting()
    {
        var named = AllSettings(LimitsSettings.Table).Where(setting => setting.Kind?.Names.Count > 0).ToArray();

        Assert.NotEmpty(named);
        Assert.All(named, setting =>
        {
            var rows = s_document.Split('\n').Where(line => line.StartsWith($"| `{setting.Name}` |", StringComparison.Ordinal)).ToArray();
            Assert.Contains(rows, row => setting.Kind!.Names.All(name => name == "None" || Regex.IsMatch(row, $@"\b{name}\b")));
        });
    }

    [Fact]
    public void Examples_OfConfiguration_AreRead()
    {
        var examples = Pages.Blocks(s_document, "json").Select(json => JsonNode.Parse(json)!["RateLimitHeaders"]!.ToJsonString()).ToArray();

        Assert.Equal(2, examples.Length);
        Assert.All(examples, json => Configured.Define(json));
    }

    [Fact]
    public void Examples_OfCode_AreThoseOfTheSnippets()
    {
        var blocks = Pages.Blocks(s_document, "csharp").ToArray();

        Assert.NotEmpty(blocks);
        Assert.All(blocks, code => Assert.Contains(Pages.Outdented(code), Pages.Outdented(s_snippets), StringComparison.Ordinal));
    }

    [Fact]
    public void Examples_OfCode_NeedNoUsingThatANewApplicationDoesNotHave() => Assert.Empty(
        UsingPattern().Matches(s_snippets).Select(match => match.Groups["namespace"].Value).Except(s_implicitUsings));

    [Fact]
    public async Task LimitsOfEachEndpoint_AreCountedByMethodAndEndpoint()
    {
        await using var api = await TestApi.StartAsync(ConfigurationSnippets.EachEndpoint, app =>
        {
            app.MapMethods("/a", ["GET", "POST"], () => "");
            app.MapGet("/b", () => "");
        });
        var remaining = new List<string?>();
        foreach (var (path, method) in new[] { ("/a", HttpMethod.Get), ("/a", HttpMethod.Get), ("/a", HttpMethod.Post), ("/b", HttpMethod.Get) })
        {
            remaining.Add((await api.SendAsync(path, method: method))["X-RateLimit-Remaining"]);
        }

        Assert.Equal(["199", "198", "59", "199"], remaining);
    }

    [Fact]
    public async Task LimitsOfCustomers_ThatChangeInTheTable_AreReadEachMinute()
    {
        var table = new CustomerTable { Limits = new() { ["acme"] = 5 } };
        var time = new ManualTimeProvider();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        ConfigurationSnippets.Customers(builder);
        builder.Services.AddSingleton<TimeProvider>(time).AddSingleton<ICustomerTable>(table);
        await using var app = builder.Build();
        app.UseRateLimitHeaders();
        await app.StartAsync();
        var customers = app.Services.GetRequiredService<CustomerLimits>();
        Assert.Equal((5, 100), (customers.LimitOf("acme"), customers.LimitOf("other")));

        table.IsGone = true;
        await Eventually.IsTrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMinutes(1));
                return table.Failures > 0;
            },
            "The table was not read again.");
        Assert.Equal(5, customers.LimitOf("acme"));

        table.Limits = new() { ["acme"] = 7 };
        table.IsGone = false;
        await Eventually.IsTrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMinutes(1));
                return customers.LimitOf("acme") == 7;
            },
            "The table was not read again.");
    }

    private static IEnumerable<Setting> AllSettings(SettingTable table) =>
        table.Settings.SelectMany(setting => setting.Table is { } below ? AllSettings(below).Prepend(setting) : [setting]);

    private static void AssertKeys(string heading, SettingTable table) =>
        Assert.Equal(table.Settings.Select(setting => setting.Name), KeysOf(heading));

    private static string[] KeysOf(string heading)
    {
        var section = s_document[s_document.IndexOf($"\n### {heading}\n", StringComparison.Ordinal)..];
        var end = section.IndexOf("\n##", 4, StringComparison.Ordinal);
        return [.. Key().Matches(end < 0 ? section : section[..end]).Select(match => match.Groups[1].Value)];
    }

    [GeneratedRegex(@"^\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Key();

    [GeneratedRegex("^using (?<namespace>.+);", RegexOptions.Multiline)]
    private static partial Regex UsingPattern();
}
