namespace RateLimitHeaders.AspNetCore.Tests;

public class DelegateRuleTests
{
    [Theory]
    [InlineData("partner", "p", "partner p")]
    [InlineData("robot", "r", "robot r")]
    [InlineData("", "", "user Test:sub:s")]
    public async Task From_Delegate_SetsTokenTypeAndId(string tokenType, string id, string principal)
    {
        await using var api = await CallerApi.StartAsync(who => who
            .From(_ => tokenType.Length == 0 ? null : new RateLimitPrincipal(tokenType, id), "partner", "robot")
            .FromUser());

        Assert.Equal(principal, await api.AskAsync(["sub=s"]));
    }
}
