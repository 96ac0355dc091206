using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

public class XRateLimitTests
{
    [Fact]
    public async Task Response_WithTenLines_HasTheFields()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow(permitLimit: 2, window: TimeSpan.FromMinutes(1)));

        var first = await api.SendAsync();
        Assert.Equal(
            """
            200
            X-RateLimit-Limit: 2
            X-RateLimit-Remaining: 1
            X-RateLimit-Reset: 1779545293
            Content-Type: text/plain; charset=utf-8

            hello
            """,
            first.Text);

        api.Time.Advance(TimeSpan.FromSeconds(20.5));
        await api.SendAsync();
        var rejected = await api.SendAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.Status);
        Assert.Equal(
            """
            Cache-Control: no-store
            Retry-After: 40
            X-RateLimit-Limit: 2
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779545293
            """,
            rejected.LimitHeaders);
    }

    [Theory]
    [InlineData(952.38095238095, false, "952.38095238095")]
    [InlineData(952.38095238095, true, "952")]
    [InlineData(double.Epsilon, false, "0")]
    [InlineData(double.Epsilon, true, "0")]
    [InlineData(1e-7, false, "0.0000001")]
    public async Task Limit_WithDecimals_HasThemUnlessClientsReadItAsZero(double limit, bool isGitHub, string expected)
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow("default", _ => limit, TimeSpan.FromMinutes(1))
            .Headers(headers => _ = isGitHub ? headers.GitHub() : headers.XRateLimit()));

        Assert.Equal(expected, (await api.SendAsync())["X-RateLimit-Limit"]);
    }
}
