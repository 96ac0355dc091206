namespace RateLimitHeaders.AspNetCore.Tests;

public class HeaderNameTests
{
    [Fact]
    public async Task Prefix_Changed_BeginsAllNames() => Assert.Equal(
        """
        X-Rate-Limit-Limit: 5
        X-Rate-Limit-Remaining: 4
        X-Rate-Limit-Reset: 1779545293
        X-Rate-Limit-Used: 1
        X-Rate-Limit-Resource: default
        """,
        await FirstAsync(headers => headers.GitHub().XRateLimit(options => options.Prefix = "X-Rate-Limit-")));

    [Fact]
    public async Task Rename_OneField_LeavesTheOthers() => Assert.Equal(
        """
        X-RateLimit-Limit: 5
        Calls-Left: 4
        X-RateLimit-Reset: 1779545293
        """,
        await FirstAsync(headers => headers.XRateLimit(options => options.Rename(XRateLimitFields.Remaining, "Calls-Left"))));

    [Fact]
    public async Task Rename_WithAPrefixToo_IsTheWholeName() => Assert.Equal(
        """
        X-Rate-Limit-Limit: 5
        Calls-Left: 4
        X-Rate-Limit-Reset: 1779545293
        """,
        await FirstAsync(headers => headers.XRateLimit(options =>
        {
            options.Prefix = "X-Rate-Limit-";
            options.Rename(XRateLimitFields.Remaining, "Calls-Left");
        })));

    [Fact]
    public async Task Fields_Chosen_AreThoseThatAreWritten() => Assert.Equal(
        """
        X-RateLimit-Remaining: 4
        X-RateLimit-Used: 1
        """,
        await FirstAsync(headers => headers.XRateLimit(
            options => options.Fields = XRateLimitFields.Remaining | XRateLimitFields.Used)));

    private static async Task<string> FirstAsync(Action<HeadersBuilder> headers)
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow(5, TimeSpan.FromMinutes(1)).Headers(headers));
        return (await api.SendAsync()).LimitHeaders;
    }
}
