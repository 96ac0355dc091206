using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What the readme shows is what a compiler accepts and what callers get.</summary>
public partial class ReadmeTests
{
    private static readonly string s_readme = Pages.Read("README.md");

    // Those with code in them that no other test compares.
    private static readonly string[] s_pages =
    [
        s_readme,
        .. new[] { "policies", "rejections", "stock-limiters", "headers", "algorithms", "security", "redis", "costs" }
            .Select(name => Pages.Document($"{name}.md")),
        .. new[] { "", ".Redis", ".Testing" }.Select(package => Pages.Read($"src/RateLimitHeaders.AspNetCore{package}/README.md")),
    ];

    private static readonly string[] s_folders = [".github", "samples", "src", "tests"];

    public static TheoryData<string> CodeBlocks() => [.. s_pages.SelectMany(page => Pages.Blocks(page, "csharp")).Distinct()];

    [Theory]
    [MemberData(nameof(CodeBlocks))]
    public void CodeBlock_OfReadme_IsAMethodBodyOfTheSnippets(string code)
    {
        var snippets = Pages.Snippets("Snippets", "CostSnippets", "CallerSnippets", "ConfigurationSnippets")
            + Pages.Read("tests/RateLimitHeaders.AspNetCore.Redis.Tests/Readme/RedisSnippets.cs");

        Assert.Contains(Pages.Outdented(code), Pages.Outdented(snippets), StringComparison.Ordinal);
    }

    [Fact]
    public void Test_OfTestingPage_IsTheFileThatRuns() => Assert.Equal(
        Pages.Snippets("LimitTests").Trim(), Assert.Single(Pages.Blocks(Pages.Document("testing.md"), "csharp")).Trim());

    [Fact]
    public void Links_OfAllPages_LeadToFilesAndAnchorsOfTheRepository()
    {
        var links = from page in PagesOfRepository()
                    from link in LinkPattern().Matches(File.ReadAllText(page))
                    select (Page: page, Target: link.Groups["target"].Value, Anchor: link.Groups["anchor"].Value);

        Assert.NotEmpty(links);
        Assert.All(links, link =>
        {
            var target = link.Target.Length == 0 ? link.Page : Path.Combine(Path.GetDirectoryName(link.Page)!, link.Target);
            Assert.True(Path.Exists(target), $"{link.Page} has a link to {link.Target}, which does not exist.");
            Assert.True(
                link.Anchor.Length == 0 || AnchorsOf(target).Contains(link.Anchor),
                $"{link.Page} has a link to {link.Target}#{link.Anchor}, which does not exist.");
        });
    }

    [Fact]
    public void Tests_ThatPagesName_HaveFiles()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Path, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetFileNameWithoutExtension(file)).ToHashSet();
        var names = from page in PagesOfRepository()
                    from name in TestNamePattern().Matches(File.ReadAllText(page))
                    select (Page: page, Name: name.Groups["name"].Value);

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.True(files.Contains(name.Name), $"{name.Page} names {name.Name}, which no file of tests has."));
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

        var shown = Pages.Blocks(s_readme, "http").ToArray();
        Assert.Equal(shown[0], $"HTTP/1.1 200 OK{responses[92].Text[3..]}");
        Assert.Equal(shown[1], $"HTTP/1.1 429 Too Many Requests{responses[100].Text[3..]}");
    }

    [Fact]
    public void Configuration_OfReadme_IsRead() =>
        Configured.Define(JsonNode.Parse(Assert.Single(Pages.Blocks(s_readme, "json")))!["RateLimitHeaders"]!.ToJsonString());

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

        Assert.Equal(["api", "legacy"], app.Services.GetRequiredService<IRateLimitCatalog>().Policies.Select(policy => policy.Name));
    }

    [Fact]
    public Task Test_OfThePackageForTests_Passes() => Snippets.Testing();

    private static IEnumerable<string> PagesOfRepository() =>
    [
        .. Directory.EnumerateFiles(Repository.Path, "*.md"),
        .. s_folders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Path, folder), "*.md", SearchOption.AllDirectories))
            .Where(page => !page.Split(Path.DirectorySeparatorChar).Any(folder => folder is "bin" or "obj" or "node_modules")),
    ];

    /// <summary>Gets the anchors of a page: those that it names, and those that its headings have on GitHub.</summary>
    private static HashSet<string> AnchorsOf(string page)
    {
        var text = File.ReadAllText(page);
        var named = NamedAnchorPattern().Matches(text).Select(anchor => anchor.Groups["id"].Value);
        var headings = HeadingPattern().Matches(text).Select(heading => NoPartOfAnchorsPattern()
            .Replace(heading.Groups["text"].Value.ToLowerInvariant(), string.Empty).Replace(' ', '-'));
        return [.. named, .. headings];
    }

    [GeneratedRegex("`(?<name>[A-Z][A-Za-z]+Tests)`")]
    private static partial Regex TestNamePattern();

    [GeneratedRegex(@"\]\((?!https?:)(?<target>[^)#\s]*)(#(?<anchor>[^)\s]+))?\)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex("<a id=\"(?<id>[^\"]+)\">")]
    private static partial Regex NamedAnchorPattern();

    [GeneratedRegex(@"^#+ (?<text>.+?)\r?$", RegexOptions.Multiline)]
    private static partial Regex HeadingPattern();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoPartOfAnchorsPattern();
}
