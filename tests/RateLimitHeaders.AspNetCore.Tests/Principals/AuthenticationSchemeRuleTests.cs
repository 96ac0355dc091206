using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace RateLimitHeaders.AspNetCore.Tests;

public class AuthenticationSchemeRuleTests
{
    [Theory]
    [InlineData("Key", "k", "partner Key:sub:k")]
    [InlineData("Key", "late", "partner Key:sub:late")]
    [InlineData("Key", "bad", "anonymous 203.0.113.7")]
    [InlineData("Main", "m", "user Main:sub:m")]
    [InlineData("Other", "o", "anonymous 203.0.113.7")]
    public async Task FromAuthenticationScheme_NotTheDefaultOne_AuthenticatesByThatScheme(string scheme, string user, string principal)
    {
        await using var api = await StartAsync();

        Assert.Equal(principal, await api.AskAsync(null, (scheme, user)));
    }

    [Fact]
    public async Task FromAuthenticationScheme_BothSucceed_FirstRuleWins()
    {
        await using var api = await StartAsync();

        Assert.Equal("partner Key:sub:k", await api.AskAsync(null, ("Main", "m"), ("Key", "k")));
    }

    [Fact]
    public async Task FromAuthenticationScheme_NotTheDefaultOne_GivesItsUserToLimits()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .Principals(who => who.FromAuthenticationScheme("Key", "partner").FromUser())
                .FixedWindow("q", caller => caller.Facts is ClaimsPrincipal user && user.HasClaim("sub", "k") ? 1_000 : 10, TimeSpan.FromHours(1)),
            services: services => services.AddAuthentication("Main")
                .AddScheme<AuthenticationSchemeOptions, HeaderAuthenticationHandler>("Main", null)
                .AddScheme<AuthenticationSchemeOptions, HeaderAuthenticationHandler>("Key", null),
            before: app => app.UseAuthentication());

        Assert.Equal("1000", (await api.SendAsync(headers: ("Key", "k")))["X-RateLimit-Limit"]);
        Assert.Equal("10", (await api.SendAsync(headers: ("Key", "l")))["X-RateLimit-Limit"]);
        Assert.Equal("10", (await api.SendAsync(headers: ("Main", "k")))["X-RateLimit-Limit"]);
    }

    private static Task<TestApi> StartAsync() => CallerApi.StartAsync(
        who => who.FromAuthenticationScheme("Key", "partner").FromUser(),
        services => services.AddAuthentication("Main")
            .AddScheme<AuthenticationSchemeOptions, HeaderAuthenticationHandler>("Main", null)
            .AddScheme<AuthenticationSchemeOptions, HeaderAuthenticationHandler>("Other", null)
            .AddScheme<AuthenticationSchemeOptions, HeaderAuthenticationHandler>("Key", null),
        app => app.UseAuthentication());
}
