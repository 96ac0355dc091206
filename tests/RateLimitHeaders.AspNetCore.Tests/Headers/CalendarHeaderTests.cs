namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Windows of the calendar through a real host: the clock starts on 23 May 2026 at 14:07:13 UTC.</summary>
public class CalendarHeaderTests
{
    [Fact]
    public async Task Month_InBerlin_HasTheResetOfItsMidnightAndItsLength()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .CalendarWindow(2, CalendarPeriod.Month, "Europe/Berlin")
            .Headers(headers => headers.XRateLimit().Ietf()));

        // 31 May, 22:00 UTC.
        Assert.Equal(
            """
            X-RateLimit-Limit: 2
            X-RateLimit-Remaining: 1
            X-RateLimit-Reset: 1780264800
            RateLimit: "default";r=1;t=719567
            RateLimit-Policy: "default";q=2;w=2678400
            """,
            (await api.SendAsync()).LimitHeaders);
        await api.SendAsync();
        Assert.Equal("719567", (await api.SendAsync())["Retry-After"]);

        api.Time.Advance(TimeSpan.FromSeconds(719_567));
        Assert.Equal(
            """
            X-RateLimit-Limit: 2
            X-RateLimit-Remaining: 1
            X-RateLimit-Reset: 1782856800
            RateLimit: "default";r=1;t=2592000
            RateLimit-Policy: "default";q=2;w=2592000
            """,
            (await api.SendAsync()).LimitHeaders);
    }

    [Fact]
    public async Task Month_OfPoliciesThatDecideTogether_HasItsLength()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("api", policy => policy.CalendarWindow(2, CalendarPeriod.Month))
                .Global(policy => policy.FixedWindow(5, TimeSpan.FromHours(1)))
                .Headers(headers => headers.Ietf()),
            web => web.MapGet("/", () => "hello").RequireRateLimiting("api"));

        Assert.Equal("\"api/default\";q=2;w=2678400, \"global/default\";q=5;w=3600", (await api.SendAsync())["RateLimit-Policy"]);
        api.Time.Advance(TimeSpan.FromDays(10));
        Assert.Equal("\"api/default\";q=2;w=2592000, \"global/default\";q=5;w=3600", (await api.SendAsync())["RateLimit-Policy"]);
    }
}
