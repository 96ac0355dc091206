namespace RateLimitHeaders.AspNetCore.Tests;

public class FailingRuleTests
{
    private static readonly Dictionary<string, (Action<PrincipalsBuilder> Who, string Rule)> s_failures = new()
    {
        ["delegate"] = (who => who.From(_ => throw new InvalidOperationException("no"), "key"), "From(…)"),
        ["condition of a claim"] = (
            who => who.FromClaim("sub", "key", _ => throw new InvalidOperationException("no")), "FromClaim(\"sub\")"),
        ["sync validator"] = (who => who.FromHeader("Tenant", "key", Throw), "FromHeader(\"Tenant\")"),
        ["validator that throws before it awaits"] = (
            who => who.FromHeader("Tenant", "key", (_, _) => throw new InvalidOperationException("no")), "FromHeader(\"Tenant\")"),
        ["validator that throws after it awaited"] = (who => who.FromHeader("Tenant", "key", ThrowLateAsync), "FromHeader(\"Tenant\")"),
        ["service"] = (who => who.FromService<ScopedPrincipalResolver>("tenant"), "FromService<ScopedPrincipalResolver>()"),
        ["rule after one that awaited"] = (
            who => who.FromHeader("Tenant", "key", KnowNobodyAsync).From(_ => throw new InvalidOperationException("no"), "key"), "From(…)"),
    };

    public static TheoryData<string> Failures => [.. s_failures.Keys];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Rule_Throws_IsLoggedAndTheRequestCountsAsItsAddress(string failure)
    {
        var (who, rule) = s_failures[failure];

        // Not FromUser, though the caller is a user: it is not known what the rule that failed would have said.
        await using var api = await StartAsync(rules =>
        {
            who(rules);
            rules.FromUser();
        });

        Assert.Equal("anonymous 203.0.113.7", await AskAsync(api, "fails", "u1"));
        Assert.Equal(
            [(LogLevel.Error, 10, $"{rule} failed; the request counts as a request of its client IP address.")],
            Complaints.Of(api));

        await AskAsync(api, "fails", "u2");
        await AskAsync(api, "fails", "u3");
        var rejected = await api.SendAsync(claims: ["sub=u4"], address: CallerApi.Address, headers: ("Tenant", "fails"));
        Assert.Equal(429, (int)rejected.Status);
    }

    [Theory]
    [InlineData("service")]
    [InlineData("delegate")]
    public async Task Rule_UndeclaredTokenType_IsLoggedAndTheRequestCountsAsItsAddress(string kind)
    {
        await using var api = await StartAsync(who => _ = kind == "service"
            ? who.FromService<ScopedPrincipalResolver>("tenant")
            : who.From(_ => new RateLimitPrincipal("stranger", "x"), "tenant"));

        Assert.Equal("anonymous 203.0.113.7", await AskAsync(api, "undeclared", "u1"));
        var rule = kind == "service" ? "FromService<ScopedPrincipalResolver>()" : "From(…)";
        Assert.Equal(
            [
                (LogLevel.Error, 11, $"{rule} returned the token type stranger, which it was not declared with; "
                    + "the request counts as a request of its client IP address. Name the token type where the rule is added."),
            ],
            Complaints.Of(api));
    }

    [Fact]
    public async Task Rule_TokenTypeOfAnotherRule_IsUndeclaredAllTheSame()
    {
        await using var api = await StartAsync(who => who.From(_ => new RateLimitPrincipal("user", "x"), "key").FromUser());

        Assert.Equal("anonymous 203.0.113.7", await AskAsync(api, "t", "u1"));
        Assert.Equal([11], Complaints.Of(api).Select(entry => entry.Id));
    }

    [Fact]
    public async Task Rule_ThrowsWhereAddressesAreExempt_TheRequestIsNotLimited()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .Principals(who => who.From(_ => throw new InvalidOperationException("no"), "key"))
                .DefaultPolicy(policy => policy.For("key", plan => plan.FixedWindow(1, TimeSpan.FromMinutes(1))).Exempt("anonymous")),
            web => web.MapGet("/", (HttpContext context) => context.GetRateLimitFeature()!.WhyNoHeaders));

        for (var i = 0; i < 3; i++)
        {
            var response = await api.SendAsync(address: CallerApi.Address);
            Assert.Equal((200, "", "the token type is exempt."), ((int)response.Status, response.LimitHeaders, response.Body));
        }

        Assert.Equal(
            Enumerable.Repeat((LogLevel.Error, 10, "From(…) failed; the request counts as a request of its client IP address."), 3),
            Complaints.Of(api));
    }

    private static Task<TestApi> StartAsync(Action<PrincipalsBuilder> who) =>
        CallerApi.StartAsync(who, services => services.AddScoped<ScopedPrincipalResolver>());

    private static Task<string> AskAsync(TestApi api, string tenant, string user) => api.AskAsync([$"sub={user}"], ("Tenant", tenant));

    private static bool Throw(string value) => throw new InvalidOperationException(value);

    private static async ValueTask<string?> ThrowLateAsync(HttpContext context, string value)
    {
        await Task.Yield();
        throw new InvalidOperationException(value);
    }

    private static async ValueTask<string?> KnowNobodyAsync(HttpContext context, string value)
    {
        await Task.Yield();
        return null;
    }
}
