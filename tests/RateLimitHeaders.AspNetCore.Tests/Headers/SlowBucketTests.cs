namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A bucket gets tokens back while the endpoint runs, before it is full.</summary>
public class SlowBucketTests
{
    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    public async Task Response_AfterATokenWasRefilled_HasNoNegativeSeconds(double takes, int expected)
    {
        // A token a second, of which five are taken: the first is back after a second, the last after five.
        TestApi? api = null;
        api = await TestApi.StartAsync(
            limits => limits.DefaultPolicy(policy => policy.Cost(_ => 5).TokenBucket("bucket", 10, 1)).Headers(headers => headers.Ietf()),
            app => app.MapGet("/", () => api!.Time.Advance(TimeSpan.FromSeconds(takes))));
        await using (api)
        {
            Assert.Equal($"\"bucket\";r=5;t={expected}", (await api.SendAsync())["RateLimit"]);
        }
    }
}
