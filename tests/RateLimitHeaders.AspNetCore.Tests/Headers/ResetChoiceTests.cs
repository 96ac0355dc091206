namespace RateLimitHeaders.AspNetCore.Tests;

public class ResetChoiceTests
{
    [Theory]
    [InlineData(false, "1779545263")]
    [InlineData(true, "1779545293")]
    public async Task Rejection_ByABucket_HasTheResetOfOneOrOfAllTokens(bool whenFull, string expected)
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .TokenBucket("bucket", 2, TimeSpan.FromMinutes(1))
            .Headers(headers => _ = whenFull ? headers.ResetWhenFull() : headers));
        await api.SendAsync();
        await api.SendAsync();

        Assert.Equal(expected, (await api.SendAsync())["X-RateLimit-Reset"]);
    }

    [Theory]
    [InlineData(false, 413, null)]
    [InlineData(false, 429, null)]
    [InlineData(false, 503, null)]
    [InlineData(false, 500, "1779545293")]
    [InlineData(true, 413, "1779545293")]
    [InlineData(true, 429, "1779545293")]
    [InlineData(true, 503, "1779545293")]
    public async Task Error413Or429Or503_OfTheApplication_HasResetOnlyIfConfigured(bool onOtherErrors, int status, string? expected)
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(5, TimeSpan.FromMinutes(1)).Headers(headers => _ = onOtherErrors ? headers.ResetOnOtherErrors() : headers),
            web => web.MapGet("/", () => Results.StatusCode(status)));

        Assert.Equal(expected, (await api.SendAsync())["X-RateLimit-Reset"]);
    }
}
