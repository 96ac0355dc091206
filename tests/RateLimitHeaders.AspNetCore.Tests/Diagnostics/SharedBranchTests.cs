namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A branch that comes back to the pipeline, where both use the limits that were added as services.</summary>
public class SharedBranchTests
{
    [Fact]
    public async Task Branch_WithTheLimitsOfThePipeline_IsChargedOnceAndNothingIsLogged()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(100, TimeSpan.FromMinutes(1)),
            before: app => app.UseWhen(context => context.Request.QueryString.HasValue, branch => branch.UseRateLimitHeaders()));

        Assert.Equal("99", (await api.SendAsync("/?branch"))["X-RateLimit-Remaining"]);
        Assert.Equal("98", (await api.SendAsync())["X-RateLimit-Remaining"]);
        Assert.Empty(Complaints.Of(api));
    }
}
