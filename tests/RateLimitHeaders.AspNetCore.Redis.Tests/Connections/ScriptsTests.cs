namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>The texts of scripts are put together at markers.</summary>
public sealed class ScriptsTests
{
    [Fact]
    public void Split_AtAMarker_ReturnsBothParts() => Assert.Equal(("one\n", "\ntwo"), Scripts.Split("one\n--[[ caller ]]\ntwo", "caller"));

    [Theory]
    [InlineData("-- The caller")]
    [InlineData("--[[ caller ]] --[[ caller ]]")]
    public void Split_AtAMarkerThatIsNotThereOnce_Throws(string text) =>
        Assert.Contains("--[[ caller ]]", Assert.Throws<InvalidOperationException>(() => Scripts.Split(text, "caller")).Message, StringComparison.Ordinal);
}
