using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What the readme shows is what a compiler accepts and what callers get.</summary>
public partial class ReadmeTests
{
    private static readonly string s_readme = Read("README.md");

    // Those with code in them that no other test compares.
    private static readonly string[] s_pages = ["policies.md", "rejections.md", "stock-limiters.md", "headers.md", "algorithms.md", "security.md", "redis.md", "costs.md", "package.md", "package-redis.md", "package-testing.md"];

    public static TheoryData<string> CodeBlocks() => [.. s_pages.Select(Read).Prepend(s_readme).SelectMany(page => Blocks(page, "csharp")).Distinct()];

    [Theory]
    [MemberData(nameof(CodeBlocks))]
    public void CodeBlock_OfReadme_IsAMethodBodyOfTheSnippets(string code)
    {
        var snippets = Outdented(Read("Snippets.cs") + Read("CostSnippets.cs") + Read("CallerSnippets.cs") + Read("ConfigurationSnippets.cs") + Read("RedisSnippets.cs"));

        Assert.Contains(Outdented(code), snippets, StringComparison.Ordinal);
    }

    [Fact]
    public void Test_OfTestingPage_IsTheFileThatRuns() => Assert.Equal(Read("LimitTests.cs").Trim(), Assert.Single(Blocks(Read("testing.md"), "csharp")).Trim());

    [Fact]
    public void Links_OfReadmeAndPages_LeadToFilesOfTheRepository()
    {
        var root = Repository.Path;
        string[] pages =
        [
            "README.md", "src/README.md", "src/RateLimitHeaders.AspNetCore/README.md", "src/RateLimitHeaders.AspNetCore.Redis/README.md",
            "src/RateLimitHeaders.AspNetCore.OpenApi/README.md", "src/RateLimitHeaders.AspNetCore.Swashbuckle/README.md",
            "src/RateLimitHeaders.AspNetCore.Testing/README.md",
            .. Directory.EnumerateFiles(Path.Combine(root, ".github"), "*.md"),
            .. Directory.EnumerateFiles(Path.Combine(root, "src/RateLimitHeaders.AspNetCore/docs"), "*.md"),
        ];
        foreach (var page in pages.Select(page => Path.Combine(root, page)))
        {
            foreach (Match link in LinkPattern().Matches(File.ReadAllText(page)))
            {
                var target = Path.Combine(Path.GetDirectoryName(page)!, link.Groups["target"].Value);
                Assert.True(Path.Exists(target), $"{page} has a link to {link.Groups["target"].Value}, which does not exist.");
            }
        }
    }

    [Fact]
    public async Task Responses_OfReadme_AreThoseOfItsProgram()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(permitLimit: 100, window: TimeSpan.FromMinutes(1)),
            app => app.MapGet("/", () => "Hello"));

        var responses = new List<TestResponse>();
        for (var request = 1; request <= 101; request++)
        {
            responses.Add(await api.SendAsync());
            api.Time.Advance(request == 1 ? TimeSpan.FromSeconds(19) : TimeSpan.Zero);
        }

        var shown = Blocks(s_readme, "http").ToArray();
        Assert.Equal(shown[0], $"HTTP/1.1 200 OK{responses[92].Text[3..]}");
        Assert.Equal(shown[1], $"HTTP/1.1 429 Too Many Requests{responses[100].Text[3..]}");
    }

    [Fact]
    public void Configuration_OfReadme_IsRead() =>
        Assert.All(Blocks(s_readme, "json"), json => Configured.Define(JsonNode.Parse(json)!["RateLimitHeaders"]!.ToJsonString()));

    [Fact]
    public void Limits_OfReadme_AreValidTogether()
    {
        var builder = WebApplication.CreateBuilder();
        Snippets.TokenTypes(builder);
        builder.Services.AddRateLimitHeaders(Snippets.Foreign);
        builder.Services.AddAuthentication();
        using var app = builder.Build();
        Snippets.Pipeline(app);

        ((IApplicationBuilder)app).Build();
    }

    [Fact]
    public Task Test_OfThePackageForTests_Passes() => Snippets.Testing();

    private static IEnumerable<string> Blocks(string page, string language) =>
        from Match block in BlockPattern().Matches(page)
        where block.Groups["language"].Value == language
        select block.Groups["text"].Value;

    private static string Outdented(string code) =>
        string.Join('\n', code.Split('\n').Select(line => line.Trim()));

    private static string Read(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Readme", file));

    [GeneratedRegex(@"\]\((?!https?:|#)(?<target>[^)#]+)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex("```(?<language>[a-z]+)\n(?<text>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex BlockPattern();
}
