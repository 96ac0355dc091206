using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The examples of docs/configuration.md admit the same requests as the sections that they replace.</summary>
public partial class AspNetCoreRateLimitTests
{
    // Exempt in all of them.
    private const string Health = "get:/health";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task EndpointRules_OfTheDocument_AdmitTheSameRequests(int seed)
    {
        var document = Pages.Document("configuration.md");
        var (there, here) = (JsonNode.Parse($"{{{Text().Match(document).Groups[1].Value}}}")!["IpRateLimiting"]!, Json().Matches(document)[^1].Groups[1].Value);
        var rules = there["GeneralRules"]!.AsArray().Select(rule => (
            Endpoint: rule!["Endpoint"]!.GetValue<string>(), Period: PeriodOf(rule["Period"]!.GetValue<string>()), Limit: rule["Limit"]!.GetValue<int>()));
        var configuration = new ChangingConfiguration(JsonNode.Parse(here)!["RateLimitHeaders"]!.ToJsonString());

        await AssertSameAsync(
            seed, configuration, new ThrottleModel(isByEndpoint: true, [.. rules]), ["get:/api/values", "post:/api/values", "get:/api/others", Health]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task RulesForAll_AsQuotas_AdmitTheSameRequests(int seed) => await AssertSameAsync(
        seed,
        new ChangingConfiguration("""{ "Principals": [ { "From": "IpAddress", "IPv6PrefixLength": 128 } ], "Quotas": { "1s": { "Rate": "2/1s" }, "1m": { "Rate": "12/1m" } } }"""),
        new ThrottleModel(isByEndpoint: false, ("*", TimeSpan.FromSeconds(1), 2), ("*", TimeSpan.FromMinutes(1), 12)),
        ["get:/api/values", "post:/api/values"]);

    [Fact]
    public async Task Office_OfTheDocument_IsExemptWhateverTheSocket()
    {
        await using var api = await TestApi.StartAsync(limits => ConfigurationSnippets.ExemptOffice(limits.FixedWindow(1, TimeSpan.FromHours(1))));

        Assert.Equal("200 200", await StatusesAsync("192.168.0.7"));
        Assert.Equal("200 200", await StatusesAsync("::ffff:192.168.0.7"));
        Assert.Equal("200 429", await StatusesAsync("192.168.1.7"));
        Assert.Equal("200 429", await StatusesAsync("::ffff:192.168.1.8"));
        Assert.Equal("200 429", await StatusesAsync("2001:db8::7"));

        async Task<string> StatusesAsync(string address) =>
            $"{(int)(await api.SendAsync(address: address)).Status} {(int)(await api.SendAsync(address: address)).Status}";
    }

    private static async Task AssertSameAsync(int seed, ChangingConfiguration configuration, ThrottleModel model, string[] endpoints)
    {
        await using var api = await configuration.StartAsync(
            map: app =>
            {
                app.MapGet("/api/values", () => "values");
                app.MapPost("/api/values", () => "made");
                app.MapGet("/api/others", () => "others");
                app.MapHealthChecks("/health");
            },
            services: services => services.AddHealthChecks());
        var random = new Random(seed);
        var (admitted, rejected) = (0, 0);
        for (var request = 0; request < 600; request++)
        {
            // Never at the very end of a window, of which the documentation does not tell which one it belongs to.
            api.Time.Advance(TimeSpan.FromTicks((random.Next(10) == 0 ? random.Next(1, 300_000_000) : random.Next(1, 4_000_000)) | 1));
            var (client, endpoint) = ($"198.51.100.{random.Next(1, 4)}", endpoints[random.Next(endpoints.Length)]);
            var parts = endpoint.Split(':');
            var response = await api.SendAsync(parts[1], address: client, method: HttpMethod.Parse(parts[0].ToUpperInvariant()));

            var isAdmitted = endpoint == Health || model.Admits(client, endpoint, api.Time.GetUtcNow());
            Assert.Equal((request, isAdmitted ? 200 : 429), (request, (int)response.Status));
            _ = isAdmitted ? admitted++ : rejected++;
        }

        // Both happen often, so that the comparison says something.
        Assert.InRange(admitted, 100, 500);
        Assert.InRange(rejected, 100, 500);
    }

    private static TimeSpan PeriodOf(string period)
    {
        Assert.True(TimeText.TryRead(period, out var time));
        return time;
    }

    [GeneratedRegex("```text\n(\"IpRateLimiting\".*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Text();

    [GeneratedRegex("```json\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Json();
}
