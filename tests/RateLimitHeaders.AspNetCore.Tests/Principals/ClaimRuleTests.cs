using System.Security.Claims;

namespace RateLimitHeaders.AspNetCore.Tests;

public class ClaimRuleTests
{
    private const string Vouched = "Test";

    [Fact]
    public async Task FromClaim_IdentityIsNotAuthenticated_IsIgnored()
    {
        await using var api = await StartAsync(Identity(null, "wat_id", "w"));

        Assert.Equal("anonymous 203.0.113.7", await api.AskAsync());
    }

    [Fact]
    public async Task FromClaim_AnotherIdentityIsAuthenticated_ThatOneIsUsed()
    {
        await using var api = await StartAsync(Identity(null, "wat_id", "forged"), Identity(Vouched, "wat_id", "genuine"));

        Assert.Equal("access-token genuine", await api.AskAsync());
    }

    [Fact]
    public async Task FromUser_IdentityIsNotAuthenticated_IsIgnored()
    {
        await using var api = await StartAsync(Identity(null, ClaimTypes.NameIdentifier, "u"), Identity(null, ClaimTypes.Name, "n"));

        Assert.Equal("anonymous 203.0.113.7", await api.AskAsync());
    }

    [Fact]
    public async Task FromClaim_ConditionFails_NextRuleDecides()
    {
        await using var api = await CallerApi.StartAsync(who => who
            .FromClaim("wat_id", "access-token", user => user.HasClaim("active", "yes"))
            .FromUser());

        Assert.Equal("access-token w", await api.AskAsync(["wat_id=w", "active=yes", "sub=s"]));
        Assert.Equal("user Test:sub:s", await api.AskAsync(["wat_id=w", "active=no", "sub=s"]));
    }

    private static Task<TestApi> StartAsync(params ClaimsIdentity[] identities) => CallerApi.StartAsync(
        who => who.FromClaim("wat_id", "access-token").FromUser(),
        before: app => app.Use((context, next) =>
        {
            context.User = new ClaimsPrincipal(identities);
            return next(context);
        }));

    private static ClaimsIdentity Identity(string? authenticationType, string claim, string value) =>
        new([new Claim(claim, value)], authenticationType);
}
