using System.Reflection;
using System.Text.RegularExpressions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The ids of errors are contracts: each is explained where its help link leads, and none is used twice.</summary>
public partial class ErrorIdTests
{
    private static string[] Ids { get; } = [.. typeof(RateLimitErrorIds)
        .GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        .Select(field => (string)field.GetRawConstantValue()!)];

    [Fact]
    public void Ids_OfAllErrors_AreDistinctAndOfOneForm()
    {
        Assert.Equal(Ids.Length, Ids.Distinct().Count());
        Assert.All(Ids, id => Assert.Matches("^RLH0[0-9]{3}$", id));
    }

    [Fact]
    public void Ids_OfAllErrors_AreExplained()
    {
        var text = Pages.Read("src/errors.md");

        // The ids of a store's own errors are declared by its package.
        Assert.Equal(Ids, ExplainedId().Matches(text).Select(match => match.Groups[1].Value).Where(id => !id.StartsWith("RLH07", StringComparison.Ordinal)));
        Assert.All(ExplainedId().Matches(text), match => Assert.Equal(match.Groups[1].Value.ToLowerInvariant(), match.Groups["anchor"].Value));
    }

    [Fact]
    public void HelpLink_OfAnError_LeadsToItsLine() => Assert.Equal(
        "https://github.com/RateLimitHeaders/RateLimitHeaders.AspNetCore/blob/main/src/errors.md#rlh0201",
        new RateLimitConfigurationError("RLH0201", "Quotas:q:PermitLimit", "…").HelpLink!.AbsoluteUri);

    [Theory]
    [InlineData("ACME01")]
    [InlineData("RLHX")]
    [InlineData("RLH02011")]
    [InlineData("")]
    public void HelpLink_OfAnErrorOfAnother_IsTheOneThatItGives(string id)
    {
        var error = new RateLimitConfigurationError(id, "Acme:Limits", "…");

        Assert.Null(error.HelpLink);
        Assert.Equal("https://acme.example/errors#1", (error with { HelpLink = new("https://acme.example/errors#1") }).HelpLink!.AbsoluteUri);
    }

    [GeneratedRegex("""^\| <a id="(?<anchor>[a-z0-9]+)"></a>(RLH[0-9]+) \| [^|]+ \| [^|]+ \|$""", RegexOptions.Multiline)]
    private static partial Regex ExplainedId();
}
