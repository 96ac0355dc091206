namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A policy identifies callers by rules of its own, and counts them apart by values of requests.</summary>
public class PartitionByTests
{
    [Fact]
    public async Task RouteValue_IsCountedApart_WithoutRegardToCase()
    {
        await using var api = await StartAsync(policy => policy.PartitionByRouteValue("id"));
        Assert.Equal("2", await RemainingAsync(api, "/users/a"));
        Assert.Equal("1", await RemainingAsync(api, "/users/A"));
        Assert.Equal("2", await RemainingAsync(api, "/users/b"));
        Assert.Equal("2", await RemainingAsync(api, "/users/a", claims: ["sub=ann"]));
        Assert.Equal("2", await RemainingAsync(api, "/none"));
    }

    [Fact]
    public async Task Method_IsCountedApart_AndUnknownOnesAreOne()
    {
        await using var api = await StartAsync(policy => policy.PartitionByMethod());
        Assert.Equal("2", await RemainingAsync(api, "/none"));
        Assert.Equal("2", await RemainingAsync(api, "/none", HttpMethod.Post));
        Assert.Equal("1", await RemainingAsync(api, "/none"));
        Assert.Equal("2", await RemainingAsync(api, "/none", new HttpMethod("BREW")));
        Assert.Equal("1", await RemainingAsync(api, "/none", new HttpMethod("STEEP")));
    }

    [Fact]
    public async Task SeveralValues_NeverReadAsEachOther()
    {
        await using var api = await StartAsync(policy => policy
            .PartitionBy(context => context.Request.Query["a"])
            .PartitionBy(context => context.Request.Query["b"]));
        foreach (var query in (string[])["?a=x&b=y", "?a=x/y", "?b=x/y", "?a=x%2Fy&b=", "?a=x y", "?a=x&b= y", ""])
        {
            Assert.Equal((query, query == "?a=x%2Fy&b=" ? "1" : "2"), (query, await RemainingAsync(api, "/none" + query)));
        }
    }

    [Fact]
    public async Task FailingFunction_IsLogged_AndTheRequestCountedWithoutAValue()
    {
        await using var api = await StartAsync(policy => policy.PartitionBy(_ => throw new InvalidOperationException("no tenant")));
        Assert.Equal("2", await RemainingAsync(api, "/none"));
        Assert.Equal("1", await RemainingAsync(api, "/none"));
        Assert.Contains("A function of PartitionBy failed; the request is counted without its value (policy users).", api.Log.Entries.Select(entry => entry.Message));
    }

    [Fact]
    public async Task LimitsAndEndpoints_SeeTheCaller_NotWhatIsCounted()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("users", policy => policy
                .PartitionByRouteValue("id")
                .FixedWindow("minute", caller => caller.Principal.Id.Length, Minute)),
            web => web.MapGet("/users/{id}", (HttpContext context) => context.GetRateLimitFeature()!.Principal!.Value.Id).RequireRateLimiting("users"));
        var response = await api.SendAsync("/users/7", claims: ["sub=ann"]);
        Assert.Equal(("Test:sub:ann", "12"), (response.Body, response["X-RateLimit-Limit"]));
    }

    [Fact]
    public async Task Endpoints_UnderAGlobalPolicyToo_SeeTheCaller_NotWhatIsCounted()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("users", policy => policy.PartitionByRouteValue("id").FixedWindow("minute", 5, Minute))
                .Global(policy => policy.FixedWindow("all", 9, Minute)),
            web => web.MapGet("/users/{id}", (HttpContext context) => context.GetRateLimitFeature()!.Principal!.Value.Id).RequireRateLimiting("users"));
        Assert.Equal("Test:sub:ann", (await api.SendAsync("/users/7", claims: ["sub=ann"])).Body);
        Assert.Equal("Test:sub:bob", (await api.SendAsync("/users/7", claims: ["sub=bob"])).Body);
    }

    [Fact]
    public async Task Login_IsLimitedByAddressAndByAccount_WhoeverCalls()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("login-address", policy => policy.Principals(who => who.FromIpAddress()).FixedWindow("address", 3, Minute))
                .AddPolicy("login-account", policy => policy
                    .Principals(who => who.From(AccountOf, "account").FromIpAddress())
                    .FixedWindow("account", 2, Minute))
                .CombinePolicies()
                .Headers(headers => headers.Ietf()),
            web => web.MapPost("/login", () => "no").RequireRateLimiting("login-address").RequireRateLimiting("login-account"));

        Task<TestResponse> LoginAsync(string account, string address) =>
            api.SendAsync($"/login?account={account}", claims: ["sub=whoever"], address: address, method: HttpMethod.Post);

        Assert.Equal("\"account\";r=1;t=60, \"address\";r=2;t=60", (await LoginAsync("ann", "192.0.2.1"))["RateLimit"]);
        Assert.Equal("\"account\";r=0;t=60, \"address\";r=2;t=60", (await LoginAsync("ann", "192.0.2.2"))["RateLimit"]);
        Assert.Equal("\"account\";r=0;t=60, \"address\";r=3", (await LoginAsync("ann", "192.0.2.3"))["RateLimit"]);
        Assert.Equal("\"account\";r=1;t=60, \"address\";r=1;t=60", (await LoginAsync("bob", "192.0.2.1"))["RateLimit"]);
        Assert.Equal("\"account\";r=1;t=60, \"address\";r=0;t=60", (await LoginAsync("cid", "192.0.2.1"))["RateLimit"]);
        var rejected = await LoginAsync("dan", "192.0.2.1");
        Assert.Equal((429, "\"account\";r=2, \"address\";r=0;t=60"), ((int)rejected.Status, rejected["RateLimit"]));
    }

    [Fact]
    public async Task TokenTypesOfAPolicy_AreThoseOfItsOwnRules()
    {
        var error = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => TestApi.StartAsync(
            limits => limits.AddPolicy("login", policy => policy
                .Principals(who => who.FromIpAddress())
                .For("user", plan => plan.FixedWindow(1, Minute))
                .ForAnonymous(plan => plan.FixedWindow(1, Minute)))));
        Assert.Equal(
            "RLH0306 Policies:login:Plans:user: The plan is for the token type \"user\", which no rule of Principals returns; add a rule or "
            + "correct the name. The rules return \"anonymous\".",
            Assert.Single(error.Errors).ToString());
    }

    private static RateLimitPrincipal? AccountOf(HttpContext context) =>
        context.Request.Query["account"].ToString() is { Length: > 0 } account ? new RateLimitPrincipal("account", account) : null;

    private static Task<TestApi> StartAsync(Action<PolicyBuilder> configure) => TestApi.StartAsync(
        limits => limits.AddPolicy("users", policy =>
        {
            policy.FixedWindow(3, Minute);
            configure(policy);
        }),
        web =>
        {
            web.Map("/users/{id}", () => "user").RequireRateLimiting("users");
            web.Map("/none", () => "none").RequireRateLimiting("users");
        });

    private static async Task<string?> RemainingAsync(TestApi api, string path, HttpMethod? method = null, string[]? claims = null) =>
        (await api.SendAsync(path, claims, method: method))["X-RateLimit-Remaining"];
}
