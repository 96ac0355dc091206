using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>"Why do I get no headers?" has an answer, word for word, in the log and in the feature.</summary>
public class WhyNoHeadersTests
{
    private const string NotLimited = "The request is not limited and carries no rate limit headers: ";

    [Fact]
    public async Task Headers_Carried_NeedNoReason()
    {
        await using var api = await StartAsync(plan => plan.WithHeaders(HeadersWhen.Always));

        Assert.Equal("(none)", (await api.SendAsync()).Body);
        Assert.Empty(api.Log.Entries);
    }

    [Theory]
    [InlineData(HeadersWhen.Never, "headers are set to Never, for the plan, its policy or all plans.")]
    [InlineData(HeadersWhen.Rejected, "headers are set to Rejected, for the plan, its policy or all plans.")]
    [InlineData(HeadersWhen.NearLimit, "headers are set to NearLimit, for the plan, its policy or all plans.")]
    public async Task Headers_WithheldByThePlan_AreExplained(HeadersWhen when, string reason)
    {
        await using var api = await StartAsync(plan => plan.WithHeaders(when));

        var response = await api.SendAsync(claims: ["sub=alice"]);

        Assert.Equal(reason, response.Body);
        Assert.Equal("", response.LimitHeaders);
        AssertWithheld(api, "user", reason);
    }

    [Fact]
    public async Task Headers_ForeignLimiterReportsNothing_AreWithheldWithTheReason()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("foreign", _ => RateLimitPartition.GetNoLimiter("all")).DefaultPolicy("foreign"), Map);

        var response = await api.SendAsync();

        const string reason = "the policy has a limiter of the application, which does not report what is left.";
        Assert.Equal(reason, response.Body);
        Assert.Equal("", response.LimitHeaders);
        AssertWithheld(api, "none", reason, policy: "foreign");
    }

    [Fact]
    public async Task Headers_ForeignLimiterFails_AreExplained()
    {
        string? why = null;
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("foreign", RateLimitPartition<string> (_) => throw new InvalidOperationException("The partitioner fails."))
                .DefaultPolicy("foreign")
                .OnRejected(rejection =>
                {
                    why = rejection.Feature.WhyNoHeaders;
                    return ValueTask.CompletedTask;
                }));

        Assert.Equal(
            """
            503
            Cache-Control: no-store
            Retry-After: 1
            Content-Type: application/problem+json

            {"type":"https://iana.org/assignments/http-problem-types#temporary-reduced-capacity","title":"Request cannot be satisfied due to temporary server capacity constraints","status":503,"violated-policies":[]}
            """,
            (await api.SendAsync()).Text);
        const string reason = "the limiter of the policy failed, so that nothing is known.";
        Assert.Equal(reason, why);
        AssertWithheld(api, "none", reason, policy: "foreign");
    }

    [Theory]
    [InlineData("/disabled", "the endpoint has DisableRateLimiting.")]
    [InlineData("/without", "the endpoint requires no policy, and there is no default one.")]
    [InlineData("/exempt-plan", "the token type is exempt.")]
    [InlineData("/exempt-when", "ExemptWhen returned true.")]
    public async Task Request_NotLimited_IsExplainedInTheLogAndByTheFeature(string path, string reason)
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("api", policy => policy
                    .ForAnonymous(plan => plan.Exempt())
                    .ForOthers(plan => plan.FixedWindow(1, TimeSpan.FromMinutes(1))))
                .ExemptWhen(context => context.Request.Path == "/exempt-when"),
            web =>
            {
                web.MapGet("/disabled", Why).RequireRateLimiting("api").DisableRateLimiting();
                web.MapGet("/without", Why);
                web.MapGet("/exempt-plan", Why).RequireRateLimiting("api");
                web.MapGet("/exempt-when", Why).RequireRateLimiting("api");
            });

        for (var request = 0; request < 2; request++)
        {
            Assert.Equal(
                $"""
                200
                Content-Type: text/plain; charset=utf-8

                {reason}
                """,
                (await api.SendAsync(path)).Text);
        }

        Assert.Equal(Enumerable.Repeat((LogLevel.Debug, 1, NotLimited + reason), 2), api.Log.Entries);
    }

    [Fact]
    public async Task Request_WithoutEndpointAndDefaultPolicy_IsExplainedInTheLog()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("api", policy => policy.FixedWindow(1, TimeSpan.FromMinutes(1))),
            web => web.MapGet("/", () => "hello").RequireRateLimiting("api"));

        Assert.Equal("", (await api.SendAsync("/nowhere")).LimitHeaders);
        Assert.Equal([(LogLevel.Debug, 1, NotLimited + "the endpoint requires no policy, and there is no default one.")], api.Log.Entries);
    }

    private static void AssertWithheld(TestApi api, string tokenType, string reason, string policy = "default") => Assert.Contains(
        (LogLevel.Debug, 2, $"The response carries no rate limit headers (policy {policy}, token type {tokenType}): {reason}"),
        api.Log.Entries);

    private static Task<TestApi> StartAsync(Action<PlanBuilder> plan) => TestApi.StartAsync(
        limits => limits.DefaultPolicy(policy => policy.ForOthers(others =>
        {
            others.FixedWindow(10, TimeSpan.FromMinutes(1));
            plan(others);
        })),
        Map);

    private static void Map(WebApplication web) => web.MapGet("/", Why);

    private static string Why(HttpContext context) =>
        context.GetRateLimitFeature() is { } feature ? feature.WhyNoHeaders ?? "(none)" : "(no feature)";
}
