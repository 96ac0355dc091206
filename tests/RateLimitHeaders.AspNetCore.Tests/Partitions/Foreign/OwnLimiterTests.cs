using System.Net;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Limiters that are neither STRL's nor made by the middleware.</summary>
public class OwnLimiterTests
{
    [Fact]
    public async Task LimiterWithoutStatistics_Admitted_GetsNoHeaders()
    {
        await using var api = await ForeignApi.StartAsync(
            _ => RateLimitPartition.Get("all", _ => new ScriptedLimiter(() => new ScriptedLease(isAcquired: true))));

        var response = await api.SendAsync();

        Assert.Equal(HttpStatusCode.OK, response.Status);
        Assert.Equal("", response.LimitHeaders);
    }

    [Fact]
    public async Task LimiterWithoutStatistics_RejectingWithAWait_SendsRetryAfterOnly()
    {
        await using var api = await ForeignApi.StartAsync(_ => RateLimitPartition.Get(
            "all", _ => new ScriptedLimiter(() => new ScriptedLease(isAcquired: false, TimeSpan.FromSeconds(7.1)))));

        var response = await api.SendAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, response.Status);
        Assert.Equal("Cache-Control: no-store\nRetry-After: 8", response.LimitHeaders);
    }

    [Fact]
    public async Task LimiterWithoutStatistics_RejectedWithoutAWait_GetsNoRetryAfter()
    {
        await using var api = await ForeignApi.StartAsync(
            _ => RateLimitPartition.Get("all", _ => new ScriptedLimiter(() => new ScriptedLease(isAcquired: false))));

        var response = await api.SendAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, response.Status);
        Assert.Equal("Cache-Control: no-store", response.LimitHeaders);
    }

    [Fact]
    public async Task LimiterWithStatisticsOnly_SendsRemainingAndNoLimit()
    {
        // What a limiter has at first is its limit only where that is known of its type.
        await using var api = await ForeignApi.StartAsync(_ => RateLimitPartition.Get(
            "all",
            _ => new ScriptedLimiter(() => new ScriptedLease(isAcquired: true))
            {
                Statistics = () => new RateLimiterStatistics { CurrentAvailablePermits = 41 },
            }));

        Assert.Equal("X-RateLimit-Remaining: 41", (await api.SendAsync()).LimitHeaders);
    }

    [Fact]
    public async Task LimiterWithStatuses_GetsExactHeadersOfAllFamilies()
    {
        await using var api = await ForeignApi.StartAsync(
            context => RateLimitPartition.Get("all", _ => QuotaRateLimiter.Create(
                context.RequestServices.GetRequiredService<TimeProvider>(),
                Quota.TokenBucket("burst", 2, 0.5),
                Quota.FixedWindow("hourly", 1_000, TimeSpan.FromHours(1)))),
            limits => limits.Headers(headers => headers.XRateLimit().Bitbucket().Ietf()));

        Assert.Equal(
            """
            X-RateLimit-Limit: 2
            X-RateLimit-Remaining: 1
            X-RateLimit-Reset: 1779545235
            X-RateLimit-Resource: stock
            X-RateLimit-NearLimit: false
            RateLimit: "burst";r=1;t=2, "hourly";r=999;t=3600
            RateLimit-Policy: "burst";q=2;w=4, "hourly";q=1000;w=3600
            """,
            (await api.SendAsync()).LimitHeaders);

        Assert.Equal(
            """
            Cache-Control: no-store
            Retry-After: 2
            X-RateLimit-Limit: 2
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779545235
            X-RateLimit-Resource: stock
            X-RateLimit-NearLimit: true
            RateLimit: "burst";r=0;t=2, "hourly";r=998;t=3600
            RateLimit-Policy: "burst";q=2;w=4, "hourly";q=1000;w=3600
            """,
            (await ForeignApi.ExhaustAsync(api, limit: 1)).LimitHeaders);

        api.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync()).Status);
    }
}
