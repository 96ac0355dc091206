using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

public class SimultaneousRequestTests
{
    [Fact]
    public async Task Remaining_OfSimultaneousRequests_IsAnotherForEach()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow("minute", 100, TimeSpan.FromMinutes(1)).Headers(headers => headers.XRateLimit().GitHub().Ietf()));

        var responses = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => api.SendAsync())));

        var granted = responses.Where(response => response.Status == HttpStatusCode.OK).Select(response => response.LimitHeaders);
        var rejected = responses.Where(response => response.Status == HttpStatusCode.TooManyRequests).Select(response => response.LimitHeaders);
        Assert.Equal(Enumerable.Range(0, 100).Select(Granted).Order(), granted.Order());
        Assert.Equal(
            Enumerable.Repeat(
                """
                Cache-Control: no-store
                Retry-After: 60
                X-RateLimit-Limit: 100
                X-RateLimit-Remaining: 0
                X-RateLimit-Reset: 1779545293
                X-RateLimit-Used: 100
                X-RateLimit-Resource: default
                RateLimit: "minute";r=0;t=60
                RateLimit-Policy: "minute";q=100;w=60
                """,
                100),
            rejected);
    }

    private static string Granted(int remaining) =>
        $"""
        X-RateLimit-Limit: 100
        X-RateLimit-Remaining: {remaining}
        X-RateLimit-Reset: 1779545293
        X-RateLimit-Used: {100 - remaining}
        X-RateLimit-Resource: default
        RateLimit: "minute";r={remaining};t=60
        RateLimit-Policy: "minute";q=100;w=60
        """;
}
