namespace RateLimitHeaders.AspNetCore.Tests;

public class HeaderFamilyTests
{
    [Fact]
    public async Task GitHub_Response_HasUsedAndResourceToo() => Assert.Equal(
        """
        200
        X-RateLimit-Limit: 5000
        X-RateLimit-Remaining: 4999
        X-RateLimit-Reset: 1779548833
        X-RateLimit-Used: 1
        X-RateLimit-Resource: core
        Content-Type: text/plain; charset=utf-8

        hello
        """,
        await FirstResponseAsync(5_000, Hour, headers => headers.GitHub()));

    [Fact]
    public async Task Jira_Response_HasResetInIso8601AndNearLimit() => Assert.Equal(
        """
        200
        X-RateLimit-Limit: 100
        X-RateLimit-Remaining: 99
        X-RateLimit-Reset: 2026-05-23T15:07:13Z
        X-RateLimit-NearLimit: false
        Content-Type: text/plain; charset=utf-8

        hello
        """,
        await FirstResponseAsync(100, Hour, headers => headers.Jira()));

    [Fact]
    public async Task Families_Together_EachHasItsFields() => Assert.Equal(
        """
        200
        X-RateLimit-Limit: 100
        X-RateLimit-Remaining: 99
        X-RateLimit-Reset: 1779545293
        X-RateLimit-Resource: core
        X-RateLimit-NearLimit: false
        RateLimit: "main";r=99;t=60
        RateLimit-Policy: "main";q=100;w=60
        Content-Type: text/plain; charset=utf-8

        hello
        """,
        await FirstResponseAsync(100, Minute, headers => headers.XRateLimit().Bitbucket().Ietf()));

    [Fact]
    public async Task IetfAlone_Response_HasNoXRateLimit() => Assert.Equal(
        """
        200
        RateLimit: "main";r=99;t=60
        RateLimit-Policy: "main";q=100;w=60
        Content-Type: text/plain; charset=utf-8

        hello
        """,
        await FirstResponseAsync(100, Minute, headers => headers.Ietf()));

    [Fact]
    public async Task Families_ThatChooseNothing_AreTheDefault() => Assert.Equal(
        """
        200
        X-RateLimit-Limit: 100
        X-RateLimit-Remaining: 99
        X-RateLimit-Reset: 1779545293
        Content-Type: text/plain; charset=utf-8

        hello
        """,
        await FirstResponseAsync(100, Minute, _ => { }));

    [Fact]
    public async Task Used_Rejected_IsTheWholeLimit()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow(1, Minute).Headers(headers => headers.GitHub()));
        await api.SendAsync();

        var rejected = await api.SendAsync();

        Assert.Equal(
            """
            Cache-Control: no-store
            Retry-After: 60
            X-RateLimit-Limit: 1
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779545293
            X-RateLimit-Used: 1
            X-RateLimit-Resource: default
            """,
            rejected.LimitHeaders);
    }

    private static async Task<string> FirstResponseAsync(double limit, TimeSpan window, Action<HeadersBuilder> headers)
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .DefaultPolicy(policy => policy.Resource("core").FixedWindow("main", limit, window))
            .Headers(headers));
        return (await api.SendAsync()).Text;
    }
}
