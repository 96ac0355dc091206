using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Costs of endpoints that cannot be paid, or mean nothing, stop the start-up.</summary>
public class EndpointCostErrorTests
{
    private const string Range = "give a number from 0 to 999,999,999,999,999, or PermitCost.AnyLeft.";

    private static readonly Dictionary<string, (Action<RateLimitsBuilder> Limits, Action<WebApplication> Map, RateLimitConfigurationError Error)> s_code = new()
    {
        ["above the limit"] = (
            limits => limits.FixedWindow(10, Minute),
            web => web.MapGet("/", () => "").WithRateLimitCost(11),
            AboveLimit("HTTP: GET /", 11, "default", "default", "10")),
        ["above the limit of one plan"] = (
            limits => limits.AddPolicy("api", policy => policy
                .For("user", plan => plan.FixedWindow("q", 100, Minute))
                .ForOthers(plan => plan.TokenBucket("q", 2.5, Minute).FixedWindow("asked", _ => 1, Minute))),
            web => web.MapGet("/a", () => "").RequireRateLimiting("api").WithRateLimitCost(3),
            AboveLimit("HTTP: GET /a", 3, "q", "api", "2.5")),
        ["above the limit of a quota"] = (
            limits => limits.FixedWindow("large", 10, Minute).FixedWindow("small", 4, Minute),
            web => web.MapGroup("/g").WithRateLimitCost("small", 5).MapGet("/a", () => ""),
            AboveLimit("HTTP: GET /g/a", 5, "small", "default", "4")),
        ["negative"] = (
            limits => limits.FixedWindow(10, Minute),
            web => web.MapGet("/", () => "").WithRateLimitCost(-2),
            new("RLH0321", "", $"The cost of endpoint \"HTTP: GET /\" is -2; {Range}")),
        ["of no quota"] = (
            limits => limits.FixedWindow("q", 10, Minute).Concurrency("slots", 1),
            web => web.MapGet("/", () => "").WithRateLimitCost("bytes", _ => 1),
            new("RLH0322", "", "Endpoint \"HTTP: GET /\" has a cost of \"bytes\", which no quota of its policy \"default\" has as its name or unit; "
                + "correct it or leave it out. The quotas are \"q\", \"slots\".")),
        ["of a quota that has an error itself"] = (
            limits => limits.AddPolicy("api", policy => policy
                .For("user", plan => plan.FixedWindow("q", 10, Minute)).ForAnonymous(plan => plan.FixedWindow("wrong", 0, Minute))),
            web => web.MapGet("/", () => "").RequireRateLimiting("api").WithRateLimitCost("wrong", 2),
            new("RLH0201", "Policies:api:Plans:anonymous:Quotas:wrong:PermitLimit", "PermitLimit is 0; give a limit from 1 to 999,999,999,999,999, or no quota at all.")),
        ["of limiters of the application"] = (
            limits => limits.AddPolicy("own", _ => RateLimitPartition.GetNoLimiter(1)),
            web => web.MapGet("/", () => "").RequireRateLimiting("own").WithRateLimitCost(2),
            new("RLH0586", "", "Endpoint \"HTTP: GET /\" has a cost, and its policy \"own\" has limiters of the application, of which each request "
                + "takes one permit; leave the cost out.")),
    };

    private static readonly Dictionary<string, (string EndpointCosts, RateLimitConfigurationError Error)> s_configuration = new()
    {
        ["above the limit"] = (
            "\"GET /a\": { \"Cost\": 11 }",
            AboveLimit("HTTP: GET /a", 11, "q", "api", "10") with { Path = "Policies:api:EndpointCosts:GET /a:Cost" }),
        ["negative"] = (
            "\"GET /a\": { \"Costs\": { \"q\": -2 } }", new("RLH0321", "Policies:api:EndpointCosts:GET /a:Costs:q", $"The cost is -2; {Range}")),
        ["of no quota"] = (
            "\"GET /a\": { \"Costs\": { \"p\": 2 } }",
            new("RLH0322", "Policies:api:EndpointCosts:GET /a:Costs:p", "Endpoint \"HTTP: GET /a\" has a cost of \"p\", which no quota of its policy "
                + "\"api\" has as its name or unit; correct it or leave it out. The quotas are \"q\".")),
        ["of no endpoint"] = (
            "\"GET /aa\": { \"Cost\": 2 }",
            new("RLH0504", "Policies:api:EndpointCosts:GET /aa", "\"GET /aa\" matches no endpoint; correct it or leave it out. The nearest is \"GET /a\".")),
        ["of an endpoint of another policy"] = (
            "\"GET /b\": { \"Cost\": 2 }",
            new("RLH0587", "Policies:api:EndpointCosts:GET /b:Cost",
                "\"GET /b\" matches endpoint \"HTTP: GET /b\", which has the policy \"other\"; give its cost there, or leave it out.")),
        ["of an endpoint without a policy"] = (
            "\"GET /c\": { \"Cost\": 2 }",
            new("RLH0587", "Policies:api:EndpointCosts:GET /c:Cost",
                "\"GET /c\" matches endpoint \"HTTP: GET /c\", which has no policy; give its cost there, or leave it out.")),
    };

    public static TheoryData<string> Code => [.. s_code.Keys];

    public static TheoryData<string> Configuration => [.. s_configuration.Keys];

    [Fact]
    public async Task Cost_OfAQuotaWhosePlanConfigurationExempts_IsNone()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Limits:Policies:api:Plans:user:IsExempt", "true")]).Build();
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("api", policy => policy
                .For("user", plan => plan.FixedWindow("hourly", 1_000, Minute).FixedWindow("exports", 10, Minute))
                .ForAnonymous(plan => plan.FixedWindow("hourly", 60, Minute))),
            web => web.MapGet("/", () => "").RequireRateLimiting("api").WithRateLimitCost("exports", 2),
            services => services.AddRateLimitHeaders().LoadFromConfiguration(configuration.GetSection("Limits")));

        Assert.Equal("59", (await api.SendAsync())["X-RateLimit-Remaining"]);
        Assert.Null((await api.SendAsync(claims: ["sub=ada"]))["X-RateLimit-Remaining"]);
    }

    [Theory]
    [MemberData(nameof(Code))]
    public async Task Cost_OfCode_StopsTheStart(string rule)
    {
        var (limits, map, error) = s_code[rule];

        Assert.Equal([error], (await Misconfigured.StartAsync(limits, map)).Errors);
    }

    [Theory]
    [MemberData(nameof(Configuration))]
    public async Task Cost_OfConfiguration_StopsTheStart(string rule)
    {
        var (costs, error) = s_configuration[rule];
        var configuration = new ChangingConfiguration($$"""
            {
              "Policies": {
                "api": { "Quotas": { "q": { "Rate": "10/1h" } }, "EndpointCosts": { {{costs}} } },
                "other": { "Quotas": { "q": { "Rate": "10/1h" } } }
              }
            }
            """);

        var exception = await Assert.ThrowsAsync<RateLimitConfigurationException>(async () =>
        {
            await using var api = await configuration.StartAsync(map: web =>
            {
                web.MapGet("/a", () => "").RequireRateLimiting("api");
                web.MapGet("/b", () => "").RequireRateLimiting("other");
                web.MapGet("/c", () => "");
            });
        });

        Assert.Equal([error], exception.Errors);
    }

    private static RateLimitConfigurationError AboveLimit(string endpoint, long cost, string quota, string policy, string limit) => new(
        "RLH0323", "", $"Endpoint \"{endpoint}\" costs {cost} permits of quota \"{quota}\" (policy \"{policy}\"), whose limit is {limit}; "
            + "raise the limit or lower the cost, or else no request is ever admitted.");
}
