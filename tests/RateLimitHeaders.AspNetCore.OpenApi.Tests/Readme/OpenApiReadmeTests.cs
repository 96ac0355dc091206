namespace RateLimitHeaders.AspNetCore.OpenApi.Tests;

public class OpenApiReadmeTests
{
    [Theory]
    [InlineData("src/RateLimitHeaders.AspNetCore.OpenApi/README.md", 1)]
    [InlineData("src/RateLimitHeaders.AspNetCore/docs/openapi.md", 2)]
    public void CodeBlocks_OfAPage_AreMethodBodiesOfTheSnippets(string page, int count)
    {
        var snippets = Pages.Outdented(Pages.Read("tests/RateLimitHeaders.AspNetCore.OpenApi.Tests/Readme/OpenApiSnippets.cs"));

        var blocks = Pages.Blocks(Pages.Read(page), "csharp").Select(Pages.Outdented).ToArray();

        Assert.Equal(count, blocks.Length);
        Assert.All(blocks, block => Assert.Contains(block, snippets, StringComparison.Ordinal));
    }
}
