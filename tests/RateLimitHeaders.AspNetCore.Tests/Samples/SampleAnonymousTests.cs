using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

public class SampleAnonymousTests
{
    [Fact]
    public async Task Anonymous_FirstRequest_HasTheFieldsOfAllFamilies()
    {
        using var api = new SampleApi();

        var response = await api.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.Status);
        Assert.Contains("web-frontend", response.Body, StringComparison.Ordinal);
        Assert.Equal(
            """
            RateLimit-Policy: "hourly";q=60;w=3600
            RateLimit: "hourly";r=59;t=3600
            X-RateLimit-Limit: 60
            X-RateLimit-NearLimit: false
            X-RateLimit-Remaining: 59
            X-RateLimit-Reset: 1779548833
            X-RateLimit-Resource: api
            """,
            SampleApi.LimitHeaders(response));
    }

    [Fact]
    public async Task Anonymous_SixtyFirstRequest_IsRejectedUntilTheWindowIsOver()
    {
        using var api = new SampleApi();
        await api.GetAsync();
        api.Time.Advance(TimeSpan.FromSeconds(100.5));

        var rejected = await api.ExhaustAsync(limit: 59);

        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.Status);
        Assert.Equal(
            """
            Cache-Control: no-store
            RateLimit-Policy: "hourly";q=60;w=3600
            RateLimit: "hourly";r=0;t=3500
            Retry-After: 3500
            X-RateLimit-Limit: 60
            X-RateLimit-NearLimit: true
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779548833
            X-RateLimit-Resource: api
            """,
            SampleApi.LimitHeaders(rejected));
        Assert.Equal("application/problem+json", rejected["Content-Type"]);

        api.Time.Advance(TimeSpan.FromSeconds(3_499));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await api.GetAsync()).Status);

        api.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("59", (await api.GetAsync())["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Anonymous_NearTheLimit_HasNearLimitTrue()
    {
        using var api = new SampleApi();

        var response = await api.ExhaustAsync(limit: 47);
        Assert.Equal(("12", "false"), (response["X-RateLimit-Remaining"], response["X-RateLimit-NearLimit"]));

        response = await api.GetAsync();
        Assert.Equal(("11", "true"), (response["X-RateLimit-Remaining"], response["X-RateLimit-NearLimit"]));
    }

    [Fact]
    public async Task UnknownToken_CountsAsAnonymous()
    {
        using var api = new SampleApi();
        await api.GetAsync();

        Assert.Equal("58", (await api.GetAsync("no-such-token"))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task UnknownPath_IsLimitedAndHasFields()
    {
        using var api = new SampleApi();

        var response = await api.GetAsync(path: "/2.0/nothing");

        Assert.Equal(HttpStatusCode.NotFound, response.Status);
        Assert.Equal("59", response["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Health_CalledOften_IsNotLimitedAndHasNoFields()
    {
        using var api = new SampleApi();

        var last = await api.ExhaustAsync(limit: 100, path: "/health");

        Assert.Equal(HttpStatusCode.OK, last.Status);
        Assert.Equal("ok", last.Body);
        Assert.Equal("", SampleApi.LimitHeaders(last));
        Assert.Equal("59", (await api.GetAsync())["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Search_ThreeInTenSeconds_IsRejectedUntilTheWaitIsOver()
    {
        const string Search = "/2.0/search?q=web";
        using var api = new SampleApi();
        Assert.Equal(
            """
            RateLimit-Policy: "search";q=3;w=10
            RateLimit: "search";r=2;t=10
            X-RateLimit-Limit: 3
            X-RateLimit-NearLimit: false
            X-RateLimit-Remaining: 2
            X-RateLimit-Reset: 1779545243
            X-RateLimit-Resource: search
            """,
            SampleApi.LimitHeaders(await api.GetAsync(path: Search)));

        var rejected = await api.ExhaustAsync(limit: 2, path: Search);
        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.Status);
        Assert.Equal("10", rejected["Retry-After"]);

        api.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await api.GetAsync(path: Search)).Status);

        api.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("2", (await api.GetAsync(path: Search))["X-RateLimit-Remaining"]);

        // A policy of its own counts apart from the rest of the API.
        Assert.Equal("59", (await api.GetAsync())["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Address_OfTwoThousandRequestsAtOnce_IsRejectedByTheGlobalLimit()
    {
        using var api = new SampleApi();

        // Log-ins that succeed are limited by nothing else.
        Task<TestResponse> LogInAsync() => api.GetAsync(path: "/2.0/log-in/ann", json: """{"password":"demo"}""");
        for (var i = 0; i < 2_000; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await LogInAsync()).Status);
        }

        var rejected = await LogInAsync();
        Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (rejected.Status, rejected["Retry-After"]));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await api.GetAsync()).Status);

        api.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await LogInAsync()).Status);
    }

    [Fact]
    public async Task Sample_Disposed_LeavesNoTimer()
    {
        ManualTimeProvider time;
        using (var api = new SampleApi())
        {
            await api.GetAsync();
            time = api.Time;

            // A timer for each of six token types under each of three policies, of two under that of log-ins, and of one under the global one.
            Assert.Equal(21, time.RunningTimers);
        }

        Assert.Equal(0, time.RunningTimers);
    }
}
