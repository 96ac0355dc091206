using System.Net;
using System.Threading.RateLimiting;
using RateLimitHeaders.AspNetCore.Testing;

namespace RateLimitHeaders.AspNetCore.Tests;

public class StandingTests
{
    [Fact]
    public async Task Standing_ReadTwice_ChargesNothing()
    {
        await using var api = await TestedApplication.StartAsync(limits => limits
            .TokenBucket("burst", 10, 1)
            .SlidingWindow("hourly", 60, TimeSpan.FromHours(1)));
        using var client = api.CreateClient().FromAddress("192.0.2.1");
        using var response = await client.GetAsync("/");

        var first = await client.GetStandingAsync("/");
        var second = await client.GetStandingAsync("/");

        Assert.Equal(
            "anonymous 192.0.2.1 under the policy \"default\" has 9 of 10 left of \"burst\" (all in 00:00:01), 59 of 60 left of \"hourly\" (all in 01:00:00)",
            first.ToString());
        Assert.Equal(first.ToString(), second.ToString());
        Assert.Equal((false, null), (first.IsRejected, first.RetryAfter));
        Assert.Equal(1, api.Runs);
    }

    [Fact]
    public async Task Standing_OfAnEndpointWithACostInPlaceOfBytes_ChargesNone()
    {
        await using var api = await TestedApplication.StartAsync(
            limits => limits.FixedWindow("bytes", 1_000, TimeSpan.FromHours(1), unit: QuotaUnits.ContentBytes).CountResponseBytes("bytes"),
            app => app.MapGet("/export", () => "rows").WithRateLimitCost("bytes", 400));
        using var client = api.CreateClient();

        Assert.Equal(1_000, (await client.GetStandingAsync("/export"))["bytes"].Remaining);
        Assert.Equal(1_000, (await client.GetStandingAsync("/export"))["bytes"].Remaining);
    }

    [Fact]
    public async Task Standing_WithALimiterOfTheApplication_TakesAPermitOfItAlone()
    {
        await using var api = await TestedApplication.StartAsync(
            limits => limits
                .AddPolicy("own", _ => RateLimitPartition.GetFixedWindowLimiter("all", _ => new() { PermitLimit = 5, Window = TimeSpan.FromHours(1) }))
                .Global(policy => policy.FixedWindow("address", 10, TimeSpan.FromHours(1))),
            app => app.MapGet("/own", () => "own").RequireRateLimiting("own"));
        using var client = api.CreateClient();

        await client.GetStandingAsync("/own");
        var standing = await client.GetStandingAsync("/own");

        Assert.Equal(["address 10", "own 3"], standing.Statuses.Select(quota => $"{quota.Name} {quota.Remaining}"));
    }

    [Fact]
    public async Task Standing_OfACallerAtItsLimit_HasRetryAfter()
    {
        await using var api = await TestedApplication.StartAsync(limits => limits.FixedWindow("minute", 1, TimeSpan.FromMinutes(1)));
        using var client = api.CreateClient();
        await client.GetAsync("/");
        api.Time.Advance(TimeSpan.FromSeconds(20));

        var standing = await client.GetStandingAsync("/");

        Assert.Equal((true, TimeSpan.FromSeconds(40)), (standing.IsRejected, standing.RetryAfter));
        Assert.Equal(new RateLimitPrincipal("anonymous", "unknown").ToString(), standing.Principal.ToString());
    }

    [Fact]
    public async Task Standing_WithoutHeaders_IsReturned()
    {
        await using var api = await TestedApplication.StartAsync(limits => limits
            .DefaultPolicy(policy => policy.ForOthers(plan => plan.FixedWindow("minute", 5, TimeSpan.FromMinutes(1)).WithoutHeaders())));
        using var client = api.CreateClient();
        (await client.GetAsync("/")).AssertRateLimitFields("");

        Assert.Equal(4, (await client.GetStandingAsync("/"))["minute"].Remaining);
    }

    [Fact]
    public async Task Standing_WithAQuotaThatThereIsNot_IsAnError()
    {
        await using var api = await TestedApplication.StartAsync(limits => limits.FixedWindow("minute", 5, TimeSpan.FromMinutes(1)));
        using var client = api.CreateClient();
        var standing = await client.GetStandingAsync("/");

        Assert.Equal(
            "There is no quota \"hourly\". anonymous unknown under the policy \"default\" has 5 of 5 left of \"minute\" (all in 00:01:00).",
            Assert.Throws<RateLimitAssertionException>(() => standing["hourly"]).Message);
    }

    [Fact]
    public async Task Standing_WhereNothingLimits_IsAnErrorWithTheReason()
    {
        await using var api = await TestedApplication.StartAsync(
            limits => limits.FixedWindow(5, TimeSpan.FromMinutes(1)),
            app => app.MapGet("/health", () => "ok").DisableRateLimiting());
        using var client = api.CreateClient();

        Assert.Equal(
            "GET http://localhost/health is not limited: the endpoint has DisableRateLimiting.",
            (await Assert.ThrowsAsync<RateLimitAssertionException>(() => client.GetStandingAsync("/health"))).Message);
    }

    [Fact]
    public async Task Standing_WhereOtherMiddlewareAnswers_IsAnErrorWithTheStatus()
    {
        await using var api = await TestedApplication.StartAsync(
            limits => limits.FixedWindow(5, TimeSpan.FromMinutes(1)),
            before: app => app.Use((HttpContext context, RequestDelegate _) =>
            {
                context.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
                return Task.CompletedTask;
            }));
        using var client = api.CreateClient();

        Assert.Equal(
            "GET http://localhost/ is not limited: it was answered with 401 before UseRateLimitHeaders() had decided.",
            (await Assert.ThrowsAsync<RateLimitAssertionException>(() => client.GetStandingAsync("/"))).Message);
    }

    [Fact]
    public async Task Standing_InAnApplicationThatIsNotPrepared_IsAnErrorThatNamesTheMissingCall()
    {
        await using var api = await TestedApplication.StartAsync(limits => limits.FixedWindow(5, TimeSpan.FromMinutes(1)), isPrepared: false);
        using var client = api.CreateClient();

        Assert.Equal(
            "GET http://localhost/ reached no application with services.AddRateLimitTesting(…). Call it where the test creates the "
                + "application, in this process.",
            (await Assert.ThrowsAsync<RateLimitAssertionException>(() => client.GetStandingAsync("/"))).Message);
    }
}
