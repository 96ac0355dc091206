using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The example of docs/migration.md limits the endpoints that the section of ThrottlingTroll names, by its numbers.</summary>
public partial class MigrationPageTests
{
    private static readonly string s_page = Pages.Document("migration.md");

    [Fact]
    public async Task Rules_OfThrottlingTroll_AsPoliciesOfTheDocument_LimitTheSame()
    {
        var there = JsonNode.Parse($"{{{TextPattern().Match(s_page).Groups["text"].Value}}}")!["ThrottlingTrollIngress"]!;
        var here = JsonNode.Parse(Assert.Single(Pages.Blocks(s_page, "json")))!["RateLimitHeaders"]!;
        var entered = new TaskCompletionSource();
        var leave = new TaskCompletionSource();
        await using var api = await new ChangingConfiguration(here.ToJsonString()).StartAsync(map: app =>
        {
            app.MapGet("/api/values", () => "values");
            app.MapPost("/api/values", () => "made");
            app.MapGet("/api/reports", async () =>
            {
                entered.TrySetResult();
                await leave.Task;
                return "report";
            });
            app.MapGet("/health", () => "ok");
        });

        // "Method": "GET", so that other methods have no limit.
        var values = there["Rules"]![0]!;
        Assert.Equal("/api/values GET FixedWindow 60", $"{values["UriPattern"]} {values["Method"]} {values["RateLimit"]!["Algorithm"]} {values["RateLimit"]!["IntervalInSeconds"]}");
        await AssertLimitAsync(api, HttpMethod.Get, (int)values["RateLimit"]!["PermitLimit"]!);
        api.Time.Advance(TimeSpan.FromSeconds(60));
        await AssertLimitAsync(api, HttpMethod.Get, (int)values["RateLimit"]!["PermitLimit"]!);
        Assert.Equal("", (await api.SendAsync("/api/values", method: HttpMethod.Post)).LimitHeaders);

        var reports = there["Rules"]![1]!;
        Assert.Equal("/api/reports Semaphore 1", $"{reports["UriPattern"]} {reports["RateLimit"]!["Algorithm"]} {reports["RateLimit"]!["PermitLimit"]}");
        var running = api.SendAsync("/api/reports");
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await api.SendAsync("/api/reports")).Status);
        leave.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await running).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("/api/reports")).Status);

        Assert.Equal("/health", $"{there["AllowList"]![0]!["UriPattern"]}");
        Assert.Equal("", (await api.SendAsync("/health")).LimitHeaders);
    }

    private static async Task AssertLimitAsync(TestApi api, HttpMethod method, int limit)
    {
        for (var request = 1; request <= limit; request++)
        {
            Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("/api/values", method: method)).Status);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await api.SendAsync("/api/values", method: method)).Status);
    }

    [GeneratedRegex("```text\n(?<text>\"ThrottlingTrollIngress\".*?)\n```", RegexOptions.Singleline)]
    private static partial Regex TextPattern();
}
