using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Users whose values are equal, and that are not the same.</summary>
public class UserIdTests
{
    private static readonly Dictionary<string, ClaimsIdentity> s_users = new()
    {
        ["Cookies:nameidentifier:42"] = User("Cookies", ClaimTypes.NameIdentifier, "42"),
        ["Key:nameidentifier:42"] = User("Key", ClaimTypes.NameIdentifier, "42"),
        ["Key:sub:42"] = User("Key", "sub", "42"),
        ["Key:name:42"] = User("Key", ClaimTypes.Name, "42"),
        ["Key:name:sub:42"] = User("Key", ClaimTypes.Name, "sub:42"),
        ["Key%3Asub:sub:42"] = User("Key:sub", "sub", "42"),
        ["Key:sub:sub:42"] = User("Key", "sub", "sub:42"),

        // The handlers of two JWT schemes name all identities alike.
        ["Federation:cvJf-bNn:sub:42"] = User("Federation", "sub", "42", "https://one.example"),
        ["Federation:18lBQzqJ:sub:42"] = User("Federation", "sub", "42", "https://two.example"),
    };

    [Fact]
    public async Task Users_WithTheSameValue_CountApart()
    {
        await using var api = await StartAsync();
        foreach (var id in s_users.Keys)
        {
            var response = await api.SendAsync(headers: ("Which", id));
            Assert.Equal(($"user {id}", "2"), (response.Body, response["X-RateLimit-Remaining"]));
        }

        foreach (var id in s_users.Keys)
        {
            Assert.Equal("1", (await api.SendAsync(headers: ("Which", id)))["X-RateLimit-Remaining"]);
        }
    }

    [Fact]
    public async Task FromAuthenticationScheme_OfTwoSchemesWithTheSameValue_CountApart()
    {
        await using var api = await CallerApi.StartAsync(
            who => who.FromAuthenticationScheme("One", "partner").FromAuthenticationScheme("Two", "partner"),
            services => services.AddAuthentication()
                .AddScheme<AuthenticationSchemeOptions, HeaderAuthenticationHandler>("One", null)
                .AddScheme<AuthenticationSchemeOptions, HeaderAuthenticationHandler>("Two", null));

        Assert.Equal("partner One:sub:42", (await api.SendAsync(headers: ("One", "42"))).Body);
        Assert.Equal("2", (await api.SendAsync(headers: ("Two", "42")))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public void Id_OfACallerThatComesOften_IsOneAndTheSameText()
    {
        Assert.Same(Id("Key", "often"), Id("Key", "often"));

        // One place is for many values.
        for (var i = 0; i < 10_000; i++)
        {
            var value = i.ToString(CultureInfo.InvariantCulture);
            Assert.Equal($"Key:sub:{value}", Id("Key", value));
            Assert.Equal($"Other:sub:{value}", Id("Other", value));
        }

        Assert.NotSame(Id("Key", new string('a', 65)), Id("Key", new string('a', 65)));
    }

    private static string Id(string scheme, string value) => UserIds.Of(scheme, ClaimsIdentity.DefaultIssuer, UserIds.Subject, value);

    private static ClaimsIdentity User(string scheme, string claim, string value, string? issuer = null) =>
        new([new Claim(claim, value, null, issuer)], scheme);

    private static Task<TestApi> StartAsync() => CallerApi.StartAsync(before: app => app.Use((context, next) =>
    {
        context.User = new ClaimsPrincipal(s_users[context.Request.Headers["Which"].ToString()]);
        return next(context);
    }));
}
