using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The state of a request serves others after it, and none may see what was another's.</summary>
public class RequestReuseTests
{
    private const int Rounds = 12;
    private const string Slots = "slots";

    // What each kind of caller is told: {0} is how much is left of its limit.
    private static readonly (string Path, string[]? Claims, string Facts)[] s_callers =
    [
        ("/", ["sub=one"], "default, user Test:sub:one, granted, retry after , no headers because : a {0}/100 more 00:01:00 all 00:01:00"),
        ("/", ["wat_id=two"],
            "default, access-token two, granted, retry after , no headers because headers are set to Never, for the plan, its policy or all plans.: "
                + "a {0}/100 more 00:01:00 all 00:01:00; slots 99/100 more  all ; c {0}/100 more 00:01:00 all 00:01:00"),
        ("/", ["internal=three"], "not limited: the token type is exempt."),
        ("/off", ["sub=one"], "not limited: the endpoint has DisableRateLimiting."),
        ("/foreign", ["sub=one"], "foreign, , granted, retry after , no headers because : foreign {0}/100 more 00:01:00 all 00:01:00"),
        ("/fails", ["sub=one"],
            "fails, , rejected, retry after , no headers because the limiter of the policy failed, so that nothing is known.: "),
        ("/none", ["sub=one"], "none, user Test:sub:one, rejected, retry after , no headers because : none 0/0 more  all 00:00:00 violated"),
        ("/", null, "default, anonymous unknown, granted, retry after , no headers because : b {0}/100 more 00:01:00 all 00:01:00"),
    ];

    [Fact]
    public async Task Requests_OneAfterTheOther_EachHasItsOwnFacts()
    {
        await using var api = await StartAsync();

        for (var round = 1; round <= Rounds; round++)
        {
            foreach (var (path, claims, facts) in s_callers)
            {
                Assert.Equal(Expected(facts, round), (await api.SendAsync(path, claims)).Body);
            }
        }
    }

    [Fact]
    public async Task Requests_AtTheSameTime_EachHasItsOwnFacts()
    {
        await using var api = await StartAsync();

        // How many slots others hold at the moment is no fact that can be told beforehand.
        var callers = s_callers.Where(caller => !caller.Facts.Contains(Slots, StringComparison.Ordinal)).ToArray();
        var expected = from caller in callers from round in Enumerable.Range(1, Rounds) select Describe(caller.Path, Expected(caller.Facts, round));

        var told = await Task.WhenAll(
            from round in Enumerable.Range(1, Rounds)
            from caller in callers
            select Task.Run(async () => Describe(caller.Path, (await api.SendAsync(caller.Path, caller.Claims)).Body)));

        Assert.Equal(expected.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Request_ThatIsOver_KeepsNothingOfItsPlanAndItsConnection()
    {
        LimitedRequest? served = null;
        await using var api = await TestApi.StartAsync(
            limits => limits.DefaultPolicy(policy => policy
                .FixedWindow("q", 10, Minute).FixedWindow("bytes", 100, Minute, unit: QuotaUnits.ContentBytes).CountRequestBytes("bytes")),
            web => web.MapGet("/", (HttpContext context) =>
            {
                served = ContextFeatures.RateLimit(context) as LimitedRequest;
                return served is { Settlement: not null, EndpointCosts: not null };
            }).WithRateLimitCost(2));

        Assert.Equal("true", (await api.SendAsync()).Body);
        await Eventually.IsTrueAsync(() => served is { HttpContext: null }, "The request is not over.");
        Assert.Equal((null, null), (served!.Settlement, served.EndpointCosts));
    }

    private static string Describe(string path, string facts) => $"{path}: {facts}";

    private static string Expected(string facts, int round) => facts.Replace("{0}", $"{100 - round}", StringComparison.Ordinal);

    private static Task<TestApi> StartAsync() => TestApi.StartAsync(
        limits => limits
            .Principals(who => who.FromClaim("wat_id", "access-token").FromClaim("internal", "internal").FromUser())
            .DefaultPolicy(policy => policy
                .For("access-token", plan => plan
                    .FixedWindow("a", 100, Minute).Concurrency(Slots, 100).FixedWindow("c", 100, Minute).WithoutHeaders())
                .For("user", plan => plan.FixedWindow("a", 100, Minute))
                .ForAnonymous(plan => plan.FixedWindow("b", 100, Minute))
                .Exempt("internal"))
            .AddPolicy("foreign", _ => RateLimitPartition.GetFixedWindowLimiter(
                "all", _ => new FixedWindowRateLimiterOptions { PermitLimit = 100, Window = Minute }))
            .AddPolicy<string>("fails", _ => throw new InvalidOperationException("no"))
            .AddPolicy("none", policy => policy.FixedWindow("none", _ => 0, Minute))
            .OnRejected(rejection => new(rejection.HttpContext.Response.WriteAsync(RequestFacts.Of(rejection.HttpContext)))),
        web =>
        {
            web.MapGet("/", RequestFacts.Of);
            web.MapGet("/off", RequestFacts.Of).DisableRateLimiting();
            web.MapGet("/foreign", RequestFacts.Of).RequireRateLimiting("foreign");
            web.MapGet("/fails", RequestFacts.Of).RequireRateLimiting("fails");
            web.MapGet("/none", RequestFacts.Of).RequireRateLimiting("none");
        });
}
