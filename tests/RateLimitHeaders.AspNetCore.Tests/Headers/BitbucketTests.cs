using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

public class BitbucketTests
{
    [Fact]
    public async Task Bitbucket_Alone_HasItsThreeFieldsAndNoOther()
    {
        await using var api = await StartAsync(limit: 1_000);

        Assert.Equal(
            """
            200
            X-RateLimit-Limit: 1000
            X-RateLimit-Resource: api
            X-RateLimit-NearLimit: false
            Content-Type: text/plain; charset=utf-8

            hello
            """,
            (await api.SendAsync()).Text);
    }

    [Fact]
    public async Task NearLimit_ByDefault_IsTrueBelowAFifth()
    {
        await using var api = await StartAsync(limit: 10);

        var answers = new List<string?>();
        for (var request = 1; request <= 11; request++)
        {
            answers.Add((await api.SendAsync())["X-RateLimit-NearLimit"]);
        }

        // 9 to 2 are left, then 1, then 0, then the rejection: 2 of 10 is a fifth, and not less.
        Assert.Equal([.. Enumerable.Repeat("false", 8), "true", "true", "true"], answers);
    }

    [Fact]
    public async Task NearLimit_OnARejection_IsTrue()
    {
        await using var api = await StartAsync(limit: 1);
        await api.SendAsync();

        var rejected = await api.SendAsync();

        Assert.Equal(
            """
            429
            Cache-Control: no-store
            Retry-After: 60
            X-RateLimit-Limit: 1
            X-RateLimit-Resource: api
            X-RateLimit-NearLimit: true
            Content-Type: application/problem+json

            {"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Request cannot be satisfied as assigned quota has been exceeded","status":429,"violated-policies":["main"]}
            """,
            rejected.Text);
    }

    [Theory]
    [InlineData(0.07, 100)] // 0.07 × 100 is 7.000000000000001
    [InlineData(0.2, 10)]
    [InlineData(0.29, 100)] // 0.29 × 100 is 28.999999999999996
    [InlineData(0.5, 10)]
    [InlineData(0.57, 100)] // 0.57 × 100 is 56.99999999999999
    public async Task NearLimit_ExactlyTheShareLeft_IsFalseAndOneLessIsTrue(double share, int limit)
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .DefaultPolicy(policy => policy.Cost(Cost).FixedWindow("main", limit, TimeSpan.FromMinutes(1)))
                .Headers(headers => headers.Bitbucket(share)));
        var left = (int)Math.Round(share * limit);

        Assert.Equal("false", (await api.SendAsync($"/?cost={limit - left}"))["X-RateLimit-NearLimit"]);
        Assert.Equal("true", (await api.SendAsync("/?cost=1"))["X-RateLimit-NearLimit"]);
    }

    [Fact]
    public async Task NearLimit_LimitThatGrantsNothing_IsTrue()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow("main", _ => 0, TimeSpan.FromMinutes(1))
            .Headers(headers => headers.Bitbucket()));

        var rejected = await api.SendAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.Status);
        Assert.Equal(
            """
            Cache-Control: no-store
            X-RateLimit-Limit: 0
            X-RateLimit-Resource: default
            X-RateLimit-NearLimit: true
            """,
            rejected.LimitHeaders);
    }

    private static long Cost(RateLimitCaller caller) => long.Parse(caller.HttpContext.Request.Query["cost"].ToString(), null);

    private static Task<TestApi> StartAsync(double limit) => TestApi.StartAsync(limits => limits
        .DefaultPolicy(policy => policy.Resource("api").FixedWindow("main", limit, TimeSpan.FromMinutes(1)))
        .Headers(headers => headers.Bitbucket()));
}
