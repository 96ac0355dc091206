namespace RateLimitHeaders.AspNetCore.Tests;

public class PlanTests
{
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("wat_id=7", "5")]
    [InlineData("client_id=7", "4")]
    [InlineData("sub=7", "4")]
    [InlineData("color=red", "2")]
    [InlineData("internal=7", null)]
    public async Task Plan_TokenType_HasItsOwnLimit(string claim, string? limit)
    {
        await using var api = await StartAsync();

        var response = await api.SendAsync(claims: [claim]);
        Assert.Equal((200, limit), ((int)response.Status, response["X-RateLimit-Limit"]));
    }

    [Fact]
    public async Task ForOthers_SeveralTokenTypes_CountApart()
    {
        await using var api = await StartAsync();

        // The same id under the same plan, yet not the same caller.
        Assert.Equal("3", (await api.SendAsync(claims: ["client_id=7"]))["X-RateLimit-Remaining"]);
        Assert.Equal("3", (await api.SendAsync(claims: ["sub=7"]))["X-RateLimit-Remaining"]);
        Assert.Equal("2", (await api.SendAsync(claims: ["client_id=7"]))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Exempt_TokenType_IsNotLimitedAndHasNoHeaders()
    {
        await using var api = await StartAsync();

        for (var i = 0; i < 20; i++)
        {
            var response = await api.SendAsync(claims: ["internal=7"]);
            Assert.Equal((200, "", "no principal"), ((int)response.Status, response.LimitHeaders, response.Body));
        }

        Assert.Contains(api.Log.Entries, entry =>
            entry is { Id: 1, Message: "The request is not limited and carries no rate limit headers: the token type is exempt." });
    }

    [Fact]
    public async Task Policies_SameCaller_CountApart()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("a", policy => policy.FixedWindow(3, s_window)).AddPolicy("b", policy => policy.FixedWindow(3, s_window)),
            web =>
            {
                web.MapGet("/a", () => "a").RequireRateLimiting("a");
                web.MapGet("/a2", () => "a").RequireRateLimiting("a");
                web.MapGet("/b", () => "b").RequireRateLimiting("b");
            });

        Assert.Equal("2", (await api.SendAsync("/a"))["X-RateLimit-Remaining"]);
        Assert.Equal("2", (await api.SendAsync("/b"))["X-RateLimit-Remaining"]);
        Assert.Equal("1", (await api.SendAsync("/a2"))["X-RateLimit-Remaining"]);
    }

    [Theory]
    [InlineData("/a", "things")]
    [InlineData("/b", "b")]
    public async Task Resource_NamedOrNot_IsItsNameOrThePolicys(string path, string resource)
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("a", policy => policy.Resource("things").FixedWindow(3, s_window))
                .AddPolicy("b", policy => policy.FixedWindow(3, s_window))
                .Headers(headers => headers.GitHub()),
            web =>
            {
                web.MapGet("/a", () => "a").RequireRateLimiting("a");
                web.MapGet("/b", () => "b").RequireRateLimiting("b");
            });

        Assert.Equal(resource, (await api.SendAsync(path))["X-RateLimit-Resource"]);
    }

    private static Task<TestApi> StartAsync() => TestApi.StartAsync(
        limits => limits
            .Principals(who => who
                .FromClaim("wat_id", "access-token")
                .FromClaim("client_id", "oauth-consumer")
                .FromClaim("internal", "internal")
                .FromUser())
            .DefaultPolicy(policy => policy
                .For("access-token", plan => plan.FixedWindow(5, s_window))
                .ForAnonymous(plan => plan.FixedWindow(2, s_window))
                .ForOthers(plan => plan.FixedWindow(4, s_window))
                .Exempt("internal")),
        web => web.MapGet("/", CallerApi.Answer));
}
