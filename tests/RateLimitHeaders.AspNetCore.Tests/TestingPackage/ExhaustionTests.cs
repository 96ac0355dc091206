using System.Net;
using System.Threading.RateLimiting;
using RateLimitHeaders.AspNetCore.Testing;

namespace RateLimitHeaders.AspNetCore.Tests;

public class ExhaustionTests
{
    [Fact]
    public async Task Caller_Exhausted_IsRejectedUntilTimeHasPassed()
    {
        await using var api = await TestedApplication.StartAsync(limits => limits.FixedWindow(999_999_999_999_999, TimeSpan.FromMinutes(1)));
        using var client = api.CreateClient();
        using var other = api.CreateClient().FromAddress("192.0.2.1");

        var standing = await client.ExhaustAsync("/");

        Assert.Equal((false, 0), (standing.IsRejected, standing["default"].Remaining));
        using var rejected = await client.GetAsync("/");
        rejected.AssertRejected(retryAfter: TimeSpan.FromMinutes(1));
        Assert.Equal(0, api.Runs);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/")).StatusCode);
        api.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Caller_ExhaustedTwice_IsRejectedWithTheRetryAfterOfTheFirstTime()
    {
        await using var api = await TestedApplication.StartAsync(limits => limits.TokenBucket("tokens", 10, 0.5));
        using var client = api.CreateClient();
        await client.ExhaustAsync("/");

        var standing = await client.ExhaustAsync("/");

        Assert.True(standing.IsRejected);
        Assert.Equal(TimeSpan.FromSeconds(2), standing.RetryAfter);
    }

    [Fact]
    public async Task Quota_ExhaustedAlone_LeavesTheOthers()
    {
        await using var api = await TestedApplication.StartAsync(limits => limits
            .TokenBucket("burst", 10, 1)
            .FixedWindow("hourly", 1_000, TimeSpan.FromHours(1)));
        using var client = api.CreateClient();

        var standing = await client.ExhaustAsync("/", "hourly");

        Assert.Equal((9, 0), (standing["burst"].Remaining, standing["hourly"].Remaining));
        using var rejected = await client.GetAsync("/");
        rejected.AssertRejected(retryAfter: TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Quotas_OfSeveralPolicies_AreExhaustedTogether()
    {
        await using var api = await TestedApplication.StartAsync(
            limits => limits
                .Global(policy => policy.FixedWindow("all", 100, TimeSpan.FromHours(1)))
                .AddPolicy("search", policy => policy.FixedWindow("search", 10, TimeSpan.FromMinutes(1))),
            app => app.MapPost("/search", () => "found").RequireRateLimiting("search"));
        using var client = api.CreateClient();

        var standing = await client.ExhaustAsync(new HttpRequestMessage(HttpMethod.Post, "/search"));

        Assert.Equal(["search 0", "all 0"], standing.Statuses.Select(quota => $"{quota.Name} {quota.Remaining}"));
        Assert.Equal("search", standing.PolicyName);
        using var rejected = await client.GetAsync("/");
        rejected.AssertRejected(retryAfter: TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Caller_OfACostAboveWhatIsLeft_IsExhausted()
    {
        await using var api = await TestedApplication.StartAsync(limits => limits
            .DefaultPolicy(policy => policy.Cost(2).FixedWindow("hourly", 3, TimeSpan.FromHours(1))));
        using var client = api.CreateClient();
        await client.GetAsync("/");

        var standing = await client.ExhaustAsync("/");

        Assert.Equal((true, 1), (standing.IsRejected, standing["hourly"].Remaining));
    }

    [Fact]
    public async Task Path_WithoutEndpoint_IsExhausted()
    {
        await using var api = await TestedApplication.StartAsync(limits => limits.FixedWindow(5, TimeSpan.FromMinutes(1)));
        using var client = api.CreateClient();

        await client.ExhaustAsync("/nothing");

        using var rejected = await client.GetAsync("/");
        rejected.AssertRejected();
    }

    [Fact]
    public async Task Caller_UnderAPipelineThatAnswersErrors_IsExhausted()
    {
        await using var api = await TestedApplication.StartAsync(
            limits => limits.FixedWindow(5, TimeSpan.FromMinutes(1)),
            app => app.Map("/error", () => "an error"),
            before: app => app.UseStatusCodePagesWithReExecute("/error"));
        using var client = api.CreateClient();

        Assert.Equal(0, (await client.ExhaustAsync("/"))["default"].Remaining);
    }

    [Fact]
    public async Task Caller_OfALogInThatCountsFailures_IsLookedAtAndExhausted()
    {
        await using var api = await TestedApplication.StartAsync(
            limits => limits.AddPolicy("log-in", policy => policy
                .FixedWindow("failures", 5, TimeSpan.FromMinutes(1))
                .CountOnly(CountedResponses.Failures)
                .ResetOnSuccess()),
            app => app.MapPost("/log-in", () => Results.Unauthorized()).RequireRateLimiting("log-in"));
        using var client = api.CreateClient();
        await client.PostAsync("/log-in", content: null);

        Assert.Equal(4, (await client.GetStandingAsync(Post()))["failures"].Remaining);
        Assert.Equal(4, (await client.GetStandingAsync(Post()))["failures"].Remaining);
        Assert.Equal(0, (await client.ExhaustAsync(Post()))["failures"].Remaining);
        (await client.PostAsync("/log-in", content: null)).AssertRejected(retryAfter: TimeSpan.FromMinutes(1));

        static HttpRequestMessage Post() => new(HttpMethod.Post, "/log-in");
    }

    [Fact]
    public async Task Caller_OfAQuotaThatCountsSuccesses_IsExhausted()
    {
        await using var api = await TestedApplication.StartAsync(limits => limits
            .FixedWindow("made", 5, TimeSpan.FromMinutes(1))
            .CountOnly(response => response.StatusCode == StatusCodes.Status200OK));
        using var client = api.CreateClient();

        Assert.Equal(0, (await client.ExhaustAsync("/"))["made"].Remaining);
        (await client.GetAsync("/")).AssertRejected();
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("POST")]
    public async Task Caller_ExhaustedByAMethod_RunsNoEndpoint(string method)
    {
        await using var api = await TestedApplication.StartAsync(limits => limits.FixedWindow(5, TimeSpan.FromMinutes(1)));
        using var client = api.CreateClient();

        await client.ExhaustAsync(new HttpRequestMessage(new HttpMethod(method), "/"));

        Assert.Equal(0, api.Runs);
    }

    [Fact]
    public async Task Caller_OfALimiterOfTheApplication_CannotBeExhausted()
    {
        await using var api = await TestedApplication.StartAsync(
            limits => limits
                .AddPolicy("own", _ => RateLimitPartition.GetTokenBucketLimiter(
                    "all", _ => new() { TokenLimit = 5, TokensPerPeriod = 5, ReplenishmentPeriod = TimeSpan.FromHours(1) }))
                .DefaultPolicy("own"));
        using var client = api.CreateClient();

        Assert.Equal(
            "The caller could not be exhausted. Limiters of the application and concurrency quotas cannot be charged; no quota is charged if "
                + "another one rejects the request. A caller under the policy \"own\" has 4 of 5 left of \"own\".",
            (await Assert.ThrowsAsync<RateLimitAssertionException>(() => client.ExhaustAsync("/"))).Message);
    }

    [Fact]
    public async Task Quota_BesideALimiterOfTheApplication_IsExhausted()
    {
        await using var api = await TestedApplication.StartAsync(
            limits => limits
                .AddPolicy("own", _ => RateLimitPartition.GetFixedWindowLimiter("all", _ => new() { PermitLimit = 100, Window = TimeSpan.FromHours(1) }))
                .Global(policy => policy.FixedWindow("address", 1_000, TimeSpan.FromHours(1))),
            app => app.MapGet("/own", () => "own").RequireRateLimiting("own"));
        using var client = api.CreateClient();

        Assert.Equal(
            "The caller could not be exhausted. Limiters of the application and concurrency quotas cannot be charged; no quota is charged if "
                + "another one rejects the request. A caller under the policy \"own\" has 999 of 1000 left of \"address\" (all in 01:00:00), "
                + "99 of 100 left of \"own\" (all in 01:00:00).",
            (await Assert.ThrowsAsync<RateLimitAssertionException>(() => client.ExhaustAsync("/own", "own"))).Message);

        var standing = await client.ExhaustAsync("/own");

        Assert.Equal(["address 0", "own 98"], standing.Statuses.Select(quota => $"{quota.Name} {quota.Remaining}"));
        (await client.GetAsync("/own")).AssertRejected(retryAfter: TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Quota_WhileAnotherRejects_CannotBeExhausted()
    {
        await using var api = await TestedApplication.StartAsync(limits => limits
            .FixedWindow("burst", 1, TimeSpan.FromSeconds(1))
            .FixedWindow("hourly", 10, TimeSpan.FromHours(1)));
        using var client = api.CreateClient();
        await client.GetAsync("/");

        Assert.Equal(
            "The caller could not be exhausted. Limiters of the application and concurrency quotas cannot be charged; no quota is charged if "
                + "another one rejects the request. anonymous unknown under the policy \"default\" has 0 of 1 left of \"burst\" (all in 00:00:01), "
                + "9 of 10 left of \"hourly\" (all in 01:00:00).",
            (await Assert.ThrowsAsync<RateLimitAssertionException>(() => client.ExhaustAsync("/", "hourly"))).Message);
    }

    [Fact]
    public async Task ConcurrencyQuota_OfAPlan_IsLeftAlone()
    {
        await using var api = await TestedApplication.StartAsync(limits => limits
            .Concurrency("running", 2)
            .FixedWindow("hourly", 10, TimeSpan.FromHours(1)));
        using var client = api.CreateClient();

        var standing = await client.ExhaustAsync("/");

        Assert.Equal((1, 0), (standing["running"].Remaining, standing["hourly"].Remaining));
    }
}
