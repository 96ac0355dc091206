using System.Text.RegularExpressions;

namespace RateLimitHeaders.AspNetCore.OpenApi.Tests;

public partial class OpenApiReadmeTests
{
    [Theory]
    [InlineData("src/RateLimitHeaders.AspNetCore.OpenApi/README.md", 1)]
    [InlineData("src/RateLimitHeaders.AspNetCore/docs/openapi.md", 2)]
    public void CodeBlocks_OfAPage_AreMethodBodiesOfTheSnippets(string page, int count)
    {
        var snippets = Outdented(Read("tests/RateLimitHeaders.AspNetCore.OpenApi.Tests/Readme/OpenApiSnippets.cs"));

        var blocks = BlockPattern().Matches(Read(page)).Select(block => Outdented(block.Groups["text"].Value)).ToArray();

        Assert.Equal(count, blocks.Length);
        Assert.All(blocks, block => Assert.Contains(block, snippets, StringComparison.Ordinal));
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Path, file));

    private static string Outdented(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()));

    [GeneratedRegex("```csharp\n(?<text>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex BlockPattern();
}
