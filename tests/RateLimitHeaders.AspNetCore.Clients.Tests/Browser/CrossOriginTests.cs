using Microsoft.Playwright;

namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>What a script in Chromium can read of an API on another origin.</summary>
public class CrossOriginTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Unreadable =
        """
        X-RateLimit-Limit: null
        X-RateLimit-Remaining: null
        X-RateLimit-Reset: null
        RateLimit: null
        RateLimit-Policy: null
        Retry-After: null
        """;

    private static readonly string[] s_fields =
        ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit", "RateLimit-Policy", "Retry-After"];

    [Fact]
    public async Task Script_WithExposeToBrowsers_ReadsAllFields()
    {
        await using var api = await CrossOriginApi.StartAsync(chromium, headers => headers.XRateLimit().Ietf().ExposeToBrowsers());

        Assert.Equal(
            """
            200
            X-RateLimit-Limit: 2
            X-RateLimit-Remaining: 1
            X-RateLimit-Reset: 1779545293
            RateLimit: "minute";r=1;t=60
            RateLimit-Policy: "minute";q=2;w=60
            Retry-After: null
            """,
            await api.FetchAsync(s_fields));
        Assert.Equal(
            """
            200
            X-RateLimit-Limit: 2
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779545293
            RateLimit: "minute";r=0;t=60
            RateLimit-Policy: "minute";q=2;w=60
            Retry-After: null
            """,
            await api.FetchAsync(s_fields));
        Assert.Equal(
            """
            429
            X-RateLimit-Limit: 2
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779545293
            RateLimit: "minute";r=0;t=60
            RateLimit-Policy: "minute";q=2;w=60
            Retry-After: 60
            """,
            await api.FetchAsync(s_fields));
    }

    [Fact]
    public async Task Script_WithoutExposeToBrowsers_ReadsNone()
    {
        await using var api = await CrossOriginApi.StartAsync(chromium, headers => headers.XRateLimit().Ietf());

        Assert.Equal($"200\n{Unreadable}", await api.FetchAsync(s_fields));
        await api.FetchAsync();
        Assert.Equal($"429\n{Unreadable}", await api.FetchAsync(s_fields));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Preflight_OfChromium_IsNotCharged(bool isCorsFirst)
    {
        await using var api = await CrossOriginApi.StartAsync(chromium, headers => headers.ExposeToBrowsers(), isCorsFirst);

        Assert.Equal("200\nX-RateLimit-Remaining: 1", await api.FetchAsync("X-RateLimit-Remaining"));
        Assert.Equal("200\nX-RateLimit-Remaining: 0", await api.FetchAsync("X-RateLimit-Remaining"));
        Assert.Equal(["OPTIONS", "GET", "OPTIONS", "GET"], api.Methods);
    }

    [Fact]
    public async Task Rejection_CorsComesAfterTheLimits_IsANetworkErrorToTheScript()
    {
        await using var api = await CrossOriginApi.StartAsync(chromium, headers => headers.ExposeToBrowsers(), isCorsFirst: false);
        await api.FetchAsync();
        await api.FetchAsync();

        var thrown = await Assert.ThrowsAsync<PlaywrightException>(() => api.FetchAsync());
        Assert.Contains("TypeError: Failed to fetch", thrown.Message, StringComparison.Ordinal);
    }
}
