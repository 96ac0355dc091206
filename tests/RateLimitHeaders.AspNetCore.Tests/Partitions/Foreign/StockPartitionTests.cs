using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>STRL's limiters run on the system's clock; ours is the test's, so that what ours adds is exact.</summary>
public class StockPartitionTests
{
    [Fact]
    public async Task FixedWindow_Admitted_SendsLimitRemainingAndReset()
    {
        await using var api = await ForeignApi.StartAsync(
            _ => RateLimitPartition.GetFixedWindowLimiter("all", _ => new() { PermitLimit = 3, Window = Hour }),
            limits => limits.Headers(headers => headers.GitHub().Ietf()));

        var response = await api.SendAsync();

        Assert.Equal(
            """
            X-RateLimit-Limit: 3
            X-RateLimit-Remaining: 2
            X-RateLimit-Reset: 1779548833
            X-RateLimit-Used: 1
            X-RateLimit-Resource: stock
            RateLimit: "stock";r=2;t=3600
            RateLimit-Policy: "stock";q=3;w=3600
            """,
            response.LimitHeaders);
    }

    [Fact]
    public async Task AddPolicy_LambdaThatIgnoresTheRequest_IsAPartitionersAndNoBuilders()
    {
        // It would fit both overloads, and the compiler must not ask which.
        await using var api = await TestApi.StartAsync(limits => limits
            .AddPolicy("stock", _ => RateLimitPartition.GetFixedWindowLimiter("all", _ => new() { PermitLimit = 3, Window = Hour }))
            .AddPolicy("none", _ => RateLimitPartition.GetNoLimiter("all"))
            .AddPolicy("ours", policy => policy.FixedWindow(7, Hour))
            .DefaultPolicy("stock"));

        Assert.Equal("3", (await api.SendAsync())["X-RateLimit-Limit"]);
    }

    [Fact]
    public async Task FixedWindow_Rejected_SendsTheRestOfTheWindowAndNotTheWhole()
    {
        await using var api = await ForeignApi.StartAsync(
            _ => RateLimitPartition.GetFixedWindowLimiter("all", _ => new() { PermitLimit = 2, Window = Hour }));
        await api.SendAsync();

        api.Time.Advance(TimeSpan.FromMinutes(20));
        await api.SendAsync();
        var rejected = await api.SendAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.Status);
        Assert.Equal(
            """
            Cache-Control: no-store
            Retry-After: 2400
            X-RateLimit-Limit: 2
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779548833
            """,
            rejected.LimitHeaders);
    }

    [Fact]
    public async Task FixedWindow_WithoutAnEnd_SendsNoTimes()
    {
        await using var api = await ForeignApi.StartAsync(
            _ => RateLimitPartition.GetFixedWindowLimiter("all", _ => new() { PermitLimit = 1, Window = TimeSpan.MaxValue }),
            limits => limits.Headers(headers => headers.XRateLimit().Ietf()));

        var admitted = await api.SendAsync();
        var rejected = await api.SendAsync();

        Assert.Equal(
            """
            X-RateLimit-Limit: 1
            X-RateLimit-Remaining: 0
            RateLimit: "stock";r=0
            RateLimit-Policy: "stock";q=1
            """,
            admitted.LimitHeaders);
        Assert.Equal(
            """
            Cache-Control: no-store
            X-RateLimit-Limit: 1
            X-RateLimit-Remaining: 0
            RateLimit: "stock";r=0
            RateLimit-Policy: "stock";q=1
            """,
            rejected.LimitHeaders);
    }

    [Fact]
    public async Task PartitionKey_ThatIsNull_IsSharedAsInAspNetCore()
    {
        // TestServer has no addresses, as a server behind a Unix domain socket has none.
        await using var api = await ForeignApi.StartAsync(
            context => RateLimitPartition.GetFixedWindowLimiter(context.Connection.RemoteIpAddress, _ => new() { PermitLimit = 2, Window = Hour }));

        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync()).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync()).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await api.SendAsync()).Status);
    }

    [Fact]
    public async Task FixedWindow_OnTheSystemsClock_SendsTheRestOfTheWindow()
    {
        var clock = TimeProvider.System;
        TimeSpan? told = null;
        await using var api = await ForeignApi.StartAsync(
            _ => RateLimitPartition.GetFixedWindowLimiter("all", _ => new() { PermitLimit = 1, Window = Hour }),
            limits => limits.UseTimeProvider(clock).OnRejected(rejection =>
            {
                told = rejection.Feature.RetryAfter;
                return default;
            }));

        var (beforeAll, wallBefore) = (clock.GetTimestamp(), clock.GetUtcNow());
        await api.SendAsync();
        var wallAfter = clock.GetUtcNow();
        var rejected = await api.SendAsync();

        // The window opened in the first request, and Retry-After was told after it.
        Assert.NotNull(told);
        Assert.InRange(told.Value, Hour - clock.GetElapsedTime(beforeAll), Hour);
        Assert.NotEqual(Hour, told);
        Assert.InRange(
            long.Parse(rejected["X-RateLimit-Reset"]!, CultureInfo.InvariantCulture),
            (wallBefore + Hour).ToUnixTimeSeconds() - 1,
            (wallAfter + Hour).ToUnixTimeSeconds() + 2);
    }

    [Fact]
    public async Task SlidingWindow_SendsLimitAndRemainingAndResetOnlyIfReported()
    {
        await using var api = await ForeignApi.StartAsync(
            _ => RateLimitPartition.GetSlidingWindowLimiter("all", _ => new() { PermitLimit = 2, Window = Hour, SegmentsPerWindow = 4 }),
            limits => limits.Headers(headers => headers.XRateLimit().Ietf()));

        var admitted = await api.SendAsync();
        Assert.Equal(
            """
            X-RateLimit-Limit: 2
            X-RateLimit-Remaining: 1
            RateLimit: "stock";r=1
            RateLimit-Policy: "stock";q=2
            """,
            admitted.LimitHeaders);

        var rejected = await ForeignApi.ExhaustAsync(api, limit: 1);
        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.Status);
        Assert.Equal("0", rejected["X-RateLimit-Remaining"]);
        if (StockVersion.TellsWaits)
        {
            // The limiter measures its window by the system's clock, which goes on while the test runs.
            var wait = int.Parse(rejected["Retry-After"]!, CultureInfo.InvariantCulture);
            Assert.InRange(wait, 3_000, 3_600);
            Assert.Equal($"{ManualTimeProvider.Start.ToUnixTimeSeconds() + wait}", rejected["X-RateLimit-Reset"]);
        }
        else
        {
            Assert.Null(rejected["Retry-After"]);
            Assert.Null(rejected["X-RateLimit-Reset"]);
        }
    }

    [Fact]
    public void Limiters_OfTheRun_AreOfTheRequestedVersion() =>
        Assert.Equal(
            Version.Parse(Environment.GetEnvironmentVariable("RATELIMITHEADERS_RATE_LIMITING_VERSION") ?? "10.0.0").Major,
            typeof(RateLimiter).Assembly.GetName().Version!.Major);

    [Fact]
    public async Task TokenBucket_SendsLimitRemainingAndItsOwnRetryAfter()
    {
        await using var api = await ForeignApi.StartAsync(_ => RateLimitPartition.GetTokenBucketLimiter(
            "all", _ => new() { TokenLimit = 2, TokensPerPeriod = 1, ReplenishmentPeriod = Hour }));

        var admitted = await api.SendAsync();
        Assert.Equal("X-RateLimit-Limit: 2\nX-RateLimit-Remaining: 1", admitted.LimitHeaders);

        var rejected = await ForeignApi.ExhaustAsync(api, limit: 1);
        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.Status);
        Assert.Equal(
            """
            Cache-Control: no-store
            Retry-After: 3600
            X-RateLimit-Limit: 2
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779548833
            """,
            rejected.LimitHeaders);
    }

    [Fact]
    public async Task Concurrency_Exhausted_Is429AndReleasedWhenTheEndpointIsDone()
    {
        var entered = new TaskCompletionSource();
        var leave = new TaskCompletionSource();
        await using var api = await ForeignApi.StartAsync(
            _ => RateLimitPartition.GetConcurrencyLimiter("all", _ => new() { PermitLimit = 1 }),
            limits => limits.Headers(headers => headers.XRateLimit().Ietf()),
            app =>
            {
                app.MapGet("/", () => "hello");
                app.MapGet("/slow", async () =>
                {
                    entered.SetResult();
                    await leave.Task;
                    return "done";
                });
            });

        var slow = api.SendAsync("/slow");
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var rejected = await api.SendAsync();
        leave.SetResult();
        await slow;
        var admitted = await api.SendAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.Status);
        Assert.Equal(
            """
            Cache-Control: no-store
            X-RateLimit-Limit: 1
            X-RateLimit-Remaining: 0
            RateLimit: "stock";r=0
            RateLimit-Policy: "stock";q=1;qu="concurrent-requests"
            """,
            rejected.LimitHeaders);
        Assert.Equal(HttpStatusCode.OK, admitted.Status);
    }

    [Fact]
    public async Task Concurrency_WhereTheEndpointThrows_IsReleased()
    {
        await using var api = await ForeignApi.StartAsync(
            _ => RateLimitPartition.GetConcurrencyLimiter("all", _ => new() { PermitLimit = 1 }),
            map: app =>
            {
                app.MapGet("/", () => "hello");
                app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
            });

        await Assert.ThrowsAsync<InvalidOperationException>(() => api.SendAsync("/broken"));

        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync()).Status);
    }

    [Fact]
    public async Task NoLimiter_IsUnlimitedAndLogsWhyThereAreNoHeaders()
    {
        string? why = null;
        await using var api = await ForeignApi.StartAsync(
            _ => RateLimitPartition.GetNoLimiter("all"),
            map: app => app.MapGet("/", (HttpContext context) =>
            {
                why = context.GetRateLimitFeature()!.WhyNoHeaders;
                return "hello";
            }));

        for (var i = 0; i < 20; i++)
        {
            var response = await api.SendAsync();
            Assert.Equal(HttpStatusCode.OK, response.Status);
            Assert.Equal("", response.LimitHeaders);
        }

        Assert.Equal("the policy has a limiter of the application, which does not report what is left.", why);
        Assert.Contains(api.Log.Entries, entry => entry.Id == 2 && entry.Message.EndsWith(why!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Partitions_OfDifferentKeys_CountApart()
    {
        await using var api = await ForeignApi.StartAsync(context => RateLimitPartition.GetFixedWindowLimiter(
            context.Request.Path, _ => new() { PermitLimit = 1, Window = Hour }));

        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("/a")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("/b")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await api.SendAsync("/a")).Status);
    }

    [Fact]
    public async Task UsedLimiter_SendsRemainingAndNoLimit()
    {
        // It may have begun its window, and been used up, before it came to us.
        using var used = new FixedWindowRateLimiter(new() { PermitLimit = 5, Window = Hour, AutoReplenishment = false });
        used.AttemptAcquire().Dispose();
        await using var api = await ForeignApi.StartAsync(
            _ => RateLimitPartition.Get("all", _ => used), limits => limits.Headers(headers => headers.GitHub().Bitbucket().Ietf()));

        var response = await api.SendAsync();

        Assert.Equal(
            """
            X-RateLimit-Remaining: 3
            X-RateLimit-Resource: stock
            RateLimit: "stock";r=3
            """,
            response.LimitHeaders);
    }
}
