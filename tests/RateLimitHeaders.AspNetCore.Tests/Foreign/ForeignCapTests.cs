using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

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
    public async Task Newcomers_AfterOneWhoIsNotLimited_AreLimitedAllTheSame()
    {
        // Whoever comes first when there is no room shall not lift the limit of all who come later.
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

    private static RateLimitPartition<string> Limited(HttpContext context) => RateLimitPartition.GetFixedWindowLimiter(
        context.Request.Path.ToString(), _ => new() { PermitLimit = 2, Window = TimeSpan.FromHours(1) });
}
