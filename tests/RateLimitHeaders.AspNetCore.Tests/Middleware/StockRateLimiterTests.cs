using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore.Tests;

public class StockRateLimiterTests
{
    [Fact]
    public async Task UseRateLimiter_InTheSamePipeline_PassesRequestsOfOurPolicies()
    {
        await using var api = await StartAsync(services => services.AddRateLimiter(_ => { }));

        Assert.Equal("4", (await api.SendAsync())["X-RateLimit-Remaining"]);
        Assert.Empty(Complaints.Of(api));
    }

    [Fact]
    public async Task Policy_DefinedTwice_IsSaid()
    {
        await using var api = await StartAsync(services => services.AddRateLimiter(options =>
            options.AddPolicy("own", _ => RateLimitPartition.GetNoLimiter(""))));
        await api.SendAsync();

        Assert.Equal(
            [(LogLevel.Warning, 34,
                "The policy own is defined in AddRateLimiter, too. Where UseRateLimiter() and UseRateLimitHeaders() run in one pipeline, "
                + "its requests are limited twice. Remove one of the two definitions.")],
            Complaints.Of(api));
    }

    [Fact]
    public async Task GlobalLimiter_Beside_IsSaid()
    {
        await using var api = await StartAsync(services => services.AddRateLimiter(options =>
            options.GlobalLimiter = PartitionedRateLimiter.Create<Microsoft.AspNetCore.Http.HttpContext, string>(
                _ => RateLimitPartition.GetNoLimiter(""))));
        await api.SendAsync();

        Assert.Equal(
            [(LogLevel.Warning, 35,
                "AddRateLimiter has a GlobalLimiter. Where UseRateLimiter() and UseRateLimitHeaders() run in one pipeline, it limits the "
                + "same requests, and the rate limit headers do not tell of it. Move it into AddRateLimitHeaders with AddPolicy and DefaultPolicy.")],
            Complaints.Of(api));
    }

    private static Task<TestApi> StartAsync(Action<IServiceCollection> services) => TestApi.StartAsync(
        limits => limits.AddPolicy("own", policy => policy.FixedWindow(5, TimeSpan.FromMinutes(1))),
        web =>
        {
            web.UseRateLimiter();
            web.MapGet("/", () => "hello").RequireRateLimiting("own");
        },
        services);
}
