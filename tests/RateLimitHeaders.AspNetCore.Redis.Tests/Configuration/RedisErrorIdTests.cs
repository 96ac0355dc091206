using System.Text.RegularExpressions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>The ids of the package's own errors are explained in src/errors.md, and stay what tests/Contracts.txt says.</summary>
public partial class RedisErrorIdTests
{
    private const string Ids = "RLH07";

    [Fact]
    public void Ids_OfThePackage_AreExplained() => Assert.Equal(
        typeof(RedisErrorIds).GetFields().Select(field => (string)field.GetRawConstantValue()!),
        ExplainedId().Matches(Pages.Read("src/errors.md")).Select(match => match.Groups["id"].Value));

    [Fact]
    public void Ids_OfThePackage_AreThoseOfTheContracts() => Assert.Equal(
        Contracts.Of("error").Where(line => line.StartsWith(Ids, StringComparison.Ordinal)),
        typeof(RedisErrorIds).GetFields().Select(field => $"{field.GetRawConstantValue()} {field.Name}"));

    [GeneratedRegex($"</a>(?<id>{Ids}[0-9]+) \\|")]
    private static partial Regex ExplainedId();
}
