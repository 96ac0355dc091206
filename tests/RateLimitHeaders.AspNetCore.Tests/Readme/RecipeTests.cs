using System.Text.RegularExpressions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The recipes of docs/clients.md compile, and write what the APIs that they are named after write.</summary>
public partial class RecipeTests
{
    private static readonly Dictionary<string, string> s_documented = RecipePattern()
        .Matches(Pages.Document("clients.md"))
        .ToDictionary(recipe => recipe.Groups["name"].Value, recipe => recipe.Groups["code"].Value, StringComparer.Ordinal);

    public static TheoryData<string> Documented() => [.. s_documented.Keys];

    [Theory]
    [MemberData(nameof(Documented))]
    public void Recipe_OfTheDocument_IsTheBodyOfItsMethod(string name) => Assert.Contains(
        $"public static void {name}(HeadersBuilder headers) =>\n        {s_documented[name]}\n",
        Pages.Snippets("Recipes"),
        StringComparison.Ordinal);

    [Fact]
    public void Recipes_AreAllInTheDocument() => Assert.Equal(
        typeof(Recipes).GetMethods().Where(method => method.DeclaringType == typeof(Recipes)).Select(method => method.Name),
        s_documented.Keys);

    [Fact]
    public async Task GitLab_Recipe_WritesItsFields() => Assert.Equal(
        """
        RateLimit-Limit: 5
        RateLimit-Remaining: 4
        RateLimit-Reset: 1779545293
        RateLimit-Observed: 1
        RateLimit-Name: default
        """,
        await FirstAsync(Recipes.GitLab));

    [Fact]
    public async Task X_Recipe_WritesItsFields() => Assert.Equal(
        """
        X-Rate-Limit-Limit: 5
        X-Rate-Limit-Remaining: 4
        X-Rate-Limit-Reset: 1779545293
        """,
        await FirstAsync(Recipes.X));

    [Fact]
    public async Task Okta_Recipe_WritesItsFields() => Assert.Equal(
        """
        X-Rate-Limit-Limit: 5
        X-Rate-Limit-Remaining: 4
        X-Rate-Limit-Reset: 1779545293
        """,
        await FirstAsync(Recipes.Okta));

    [Fact]
    public async Task Reddit_Recipe_WritesItsFields() => Assert.Equal(
        """
        X-RateLimit-Remaining: 4
        X-RateLimit-Reset: 60
        X-RateLimit-Used: 1
        """,
        await FirstAsync(Recipes.Reddit));

    [Fact]
    public async Task Sentry_Recipe_WritesItsFields() => Assert.Equal(
        """
        X-Sentry-Rate-Limit-Limit: 5
        X-Sentry-Rate-Limit-Remaining: 4
        X-Sentry-Rate-Limit-Reset: 1779545293
        """,
        await FirstAsync(Recipes.Sentry));

    [Fact]
    public async Task Cloudflare_Recipe_WritesItsFields() => Assert.Equal(
        """
        RateLimit: "default";r=4;t=60
        RateLimit-Policy: "default";q=5;w=60
        """,
        await FirstAsync(Recipes.Cloudflare));

    private static async Task<string> FirstAsync(Action<HeadersBuilder> recipe)
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow(5, TimeSpan.FromMinutes(1)).Headers(recipe));
        return (await api.SendAsync()).LimitHeaders;
    }

    [GeneratedRegex(@"^- \*\*(?<name>\w+)\*\*: `(?<code>.+)`$", RegexOptions.Multiline)]
    private static partial Regex RecipePattern();
}
