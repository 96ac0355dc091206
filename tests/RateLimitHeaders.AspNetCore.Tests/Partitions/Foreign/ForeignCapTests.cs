using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class ForeignCapTests
{
    [Fact]
    public async Task Newcomers_WithoutRoom_AreLimitedTogether()
    {
        await using var api = await ForeignApi.StartAsync(Limited, limits => limits.MaxPartitions(1));
        await api.SendAsync("/known");

        Assert.Equal("1", (await api.SendAsync("/a"))["X-RateLimit-Remaining"]);
        Assert.Equal("0", (await api.SendAsync("/b"))["X-RateLimit-Remaining"]);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await api.SendAsync("/c")).Status);
        Assert.Equal("0", (await api.SendAsync("/known"))["X-RateLimit-Remaining"]);
        Assert.Single(api.Log.Entries, entry => entry.Id == EventIds.PartitionsExhausted);
    }

    [Fact]
    public async Task Newcomers_AfterOneThatIsNotLimited_AreLimitedAllTheSame()
    {
        // The first caller without room must not lift the limit of all that come later.
        await using var api = await ForeignApi.StartAsync(
            context => context.Request.Path == "/admin" ? RateLimitPartition.GetNoLimiter("admin") : Limited(context),
            limits => limits.MaxPartitions(1));
        await api.SendAsync("/known");
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("/admin")).Status);

        Assert.Equal("1", (await api.SendAsync("/a"))["X-RateLimit-Remaining"]);
        Assert.Equal("0", (await api.SendAsync("/b"))["X-RateLimit-Remaining"]);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await api.SendAsync("/c")).Status);
    }

    [Fact]
    public async Task CallersWithoutLimit_InAnyNumber_TakeNoRoomForLong()
    {
        await using var api = await ForeignApi.StartAsync(
            context => context.Request.Path.StartsWithSegments("/free")
                ? RateLimitPartition.GetNoLimiter(context.Request.Path.ToString())
                : Limited(context),
            limits => limits.MaxPartitions(10));
        for (var i = 0; i < 10; i++)
        {
            await api.SendAsync(string.Create(CultureInfo.InvariantCulture, $"/free/{i}"));
        }

        api.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("1", (await api.SendAsync("/a"))["X-RateLimit-Remaining"]);
        Assert.Equal("1", (await api.SendAsync("/b"))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Caller_WhoseLimitIsLowerThanAllThatAreShared_IsRejectedWith503()
    {
        await using var api = await ForeignApi.StartAsync(
            context => RateLimitPartition.GetFixedWindowLimiter(
                context.Request.Path.ToString(),
                path => new() { PermitLimit = int.Parse(path.AsSpan(1), CultureInfo.InvariantCulture), Window = TimeSpan.FromHours(1) }),
            limits => limits.MaxPartitions(1));
        await api.SendAsync("/9999");
        for (var limit = 0; limit < ForeignOverflow<string>.MaxPartitions; limit++)
        {
            await api.SendAsync(string.Create(CultureInfo.InvariantCulture, $"/{10 + limit}"));
        }

        Assert.Equal("8", (await api.SendAsync("/1000"))["X-RateLimit-Remaining"]);
        var rejected = await api.SendAsync("/9");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, rejected.Status);
        Assert.Equal("Cache-Control: no-store\nRetry-After: 1", rejected.LimitHeaders);
    }

    private static RateLimitPartition<string> Limited(HttpContext context) => RateLimitPartition.GetFixedWindowLimiter(
        context.Request.Path.ToString(), _ => new() { PermitLimit = 2, Window = TimeSpan.FromHours(1) });
}
