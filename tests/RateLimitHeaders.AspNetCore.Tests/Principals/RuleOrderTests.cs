namespace RateLimitHeaders.AspNetCore.Tests;

public class RuleOrderTests
{
    [Theory]
    [InlineData("client_id=c&wat_id=w&sub=s", "access-token w")]
    [InlineData("sub=s&client_id=c", "oauth-consumer c")]
    [InlineData("sub=s&color=red", "user Test:sub:s")]
    [InlineData("color=red", "anonymous 203.0.113.7")]
    [InlineData("wat_id=&client_id=c", "oauth-consumer c")]
    public async Task Rules_SeveralMatch_FirstWins(string claims, string principal)
    {
        await using var api = await CallerApi.StartAsync(who => who
            .FromClaim("wat_id", "access-token")
            .FromClaim("client_id", "oauth-consumer")
            .FromUser()
            .FromIpAddress());

        Assert.Equal(principal, await api.AskAsync(claims.Split('&')));
    }

    [Fact]
    public async Task Rules_FromIpAddressAlone_IgnoreTheUser()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .Principals(who => who.FromIpAddress())
            .FixedWindow(10, TimeSpan.FromMinutes(1)));

        await api.SendAsync(claims: ["sub=ada"], address: "192.0.2.1");
        Assert.Equal("8", (await api.SendAsync(claims: ["sub=grace"], address: "192.0.2.1"))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Rules_NoneGiven_UserElseAddress()
    {
        await using var api = await CallerApi.StartAsync();

        Assert.Equal("user Test:sub:s", await api.AskAsync(["sub=s"]));
        Assert.Equal("anonymous 203.0.113.7", await api.AskAsync());
    }

    [Fact]
    public async Task Rules_WithoutFromIpAddress_NoMatchIsTheAddress()
    {
        await using var api = await CallerApi.StartAsync(who => who.FromClaim("wat_id", "access-token"));

        // Not "user Test:sub:s" either: rules that are given replace the default ones.
        Assert.Equal("anonymous 203.0.113.7", await api.AskAsync(["sub=s"]));
    }

    [Fact]
    public async Task Rules_OneAwaits_TheNextAreCalledAfterIt()
    {
        await using var api = await CallerApi.StartAsync(who => who
            .FromHeader("X-Api-Key", "key", async (_, _) =>
            {
                await Task.Yield();
                return null;
            })
            .FromUser());

        Assert.Equal("user Test:sub:s", await api.AskAsync(["sub=s"], ("X-Api-Key", "k")));
        Assert.Equal("anonymous 203.0.113.7", await api.AskAsync(null, ("X-Api-Key", "k")));
    }
}
