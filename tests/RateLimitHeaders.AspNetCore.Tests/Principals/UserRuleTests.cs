using System.Security.Claims;

namespace RateLimitHeaders.AspNetCore.Tests;

public class UserRuleTests
{
    [Theory]
    [InlineData(ClaimTypes.Name + "=n&sub=s&" + ClaimTypes.NameIdentifier + "=i", "user Test:nameidentifier:i")]
    [InlineData(ClaimTypes.Name + "=n&sub=s", "user Test:sub:s")]
    [InlineData(ClaimTypes.Name + "=n", "user Test:name:n")]
    [InlineData(ClaimTypes.NameIdentifier + "=&sub=s", "user Test:sub:s")]
    [InlineData("sub=&" + ClaimTypes.Name + "=n", "user Test:name:n")]
    [InlineData(ClaimTypes.Name + "=", "anonymous 203.0.113.7")]
    [InlineData("color=red", "anonymous 203.0.113.7")]
    public async Task FromUser_Claims_TheSurestNamesTheUser(string claims, string principal)
    {
        await using var api = await CallerApi.StartAsync(who => who.FromUser());

        Assert.Equal(principal, await api.AskAsync(claims.Split('&')));
    }

    [Fact]
    public async Task FromUser_TokenTypeGiven_HasIt()
    {
        await using var api = await CallerApi.StartAsync(who => who.FromUser("member"));

        Assert.Equal("member Test:sub:s", await api.AskAsync(["sub=s"]));
    }
}
