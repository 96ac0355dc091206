using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

public class SampleTokenTests
{
    /// <summary>The access tokens, and the hourly limits that come of their seats.</summary>
    public static TheoryData<string, int> AccessTokens => new()
    {
        { "demo-repository-token", 1_000 },
        { "demo-project-token", 2_500 },
        { "demo-workspace-token", 10_000 },
    };

    [Fact]
    public async Task User_FirstRequest_ShowsAThousandAnHour()
    {
        using var api = new SampleApi();

        Assert.Equal(
            """
            RateLimit-Policy: "hourly";q=1000;w=3600
            RateLimit: "hourly";r=999;t=3600
            X-RateLimit-Limit: 1000
            X-RateLimit-NearLimit: false
            X-RateLimit-Remaining: 999
            X-RateLimit-Reset: 1779548833
            X-RateLimit-Resource: api
            """,
            SampleApi.LimitHeaders(await api.GetAsync("demo-user")));
    }

    [Theory]
    [MemberData(nameof(AccessTokens))]
    public async Task AccessToken_FirstRequest_ShowsBothQuotas(string token, int hourly)
    {
        using var api = new SampleApi();

        Assert.Equal(
            $"""
            RateLimit-Policy: "burst";q=20;w=2, "hourly";q={hourly};w=3600
            RateLimit: "burst";r=19;t=1, "hourly";r={hourly - 1};t=3600
            X-RateLimit-Limit: 20
            X-RateLimit-NearLimit: false
            X-RateLimit-Remaining: 19
            X-RateLimit-Reset: 1779545234
            X-RateLimit-Resource: api
            """,
            SampleApi.LimitHeaders(await api.GetAsync(token)));
    }

    [Theory]
    [MemberData(nameof(AccessTokens))]
    public async Task AccessToken_TwentyAtOnce_IsRejectedForASecond(string token, int hourly)
    {
        using var api = new SampleApi();

        var rejected = await api.ExhaustAsync(limit: 20, token);

        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.Status);
        Assert.Equal(
            $"""
            Cache-Control: no-store
            RateLimit-Policy: "burst";q=20;w=2, "hourly";q={hourly};w=3600
            RateLimit: "burst";r=0;t=1, "hourly";r={hourly - 20};t=3600
            Retry-After: 1
            X-RateLimit-Limit: 20
            X-RateLimit-NearLimit: true
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779545234
            X-RateLimit-Resource: api
            """,
            SampleApi.LimitHeaders(rejected));

        api.Time.Advance(TimeSpan.FromSeconds(1));
        var admitted = await api.GetAsync(token);
        Assert.Equal(HttpStatusCode.OK, admitted.Status);

        // The rejection cost neither quota anything: 10 tokens came back, and 21 requests were counted.
        Assert.Equal($"\"burst\";r=9;t=1, \"hourly\";r={hourly - 21};t=3600", admitted["RateLimit"]);
    }

    [Theory]
    [InlineData("demo-repository-token")]
    [InlineData("demo-consumer")]
    [InlineData("demo-user")]
    public async Task Caller_OfAThousandRequestsInItsPace_IsRejectedByTheHourlyQuota(string token)
    {
        using var api = new SampleApi();
        for (var i = 0; i < 1_000; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await api.GetAsync(token)).Status);
            api.Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        // The first segment of five minutes had the last of all, 99.9 seconds after the first: an hour after that all are back.
        var rejected = await api.GetAsync(token);
        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.Status);
        Assert.Equal("3600", rejected["Retry-After"]);

        api.Time.Advance(TimeSpan.FromSeconds(3_599));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await api.GetAsync(token)).Status);

        api.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync(token)).Status);
    }

    [Fact]
    public async Task Consumer_IsLimitedAlikeAndGetsRetryAfterOnly()
    {
        using var api = new SampleApi();
        Assert.Equal("", SampleApi.LimitHeaders(await api.GetAsync("demo-consumer")));

        var rejected = await api.ExhaustAsync(limit: 19, "demo-consumer");

        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.Status);
        Assert.Equal("Cache-Control: no-store\nRetry-After: 1", SampleApi.LimitHeaders(rejected));

        api.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("demo-consumer")).Status);
    }

    [Fact]
    public async Task Callers_OfDifferentTokenTypes_CountApart()
    {
        using var api = new SampleApi();
        await api.ExhaustAsync(limit: 20, "demo-repository-token");

        Assert.Equal("59", (await api.GetAsync())["X-RateLimit-Remaining"]);
        Assert.Equal("999", (await api.GetAsync("demo-user"))["X-RateLimit-Remaining"]);
        Assert.Equal("19", (await api.GetAsync("demo-project-token"))["X-RateLimit-Remaining"]);
    }
}
