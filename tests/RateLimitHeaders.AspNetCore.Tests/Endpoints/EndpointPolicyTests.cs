using Microsoft.AspNetCore.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class EndpointPolicyTests
{
    private const string Default = "1";
    private const string Search = "2";
    private const string Deep = "3";
    private const string? None = null;

    [Theory]
    [InlineData("/", Default)]
    [InlineData("/nowhere", Default)]
    [InlineData("/named", Search)]
    [InlineData("/attributed", Deep)]
    [InlineData("/off", None)]
    [InlineData("/off-attributed", None)]
    [InlineData("/on-and-off", None)]
    [InlineData("/group/plain", Search)]
    [InlineData("/group/own", Deep)]
    [InlineData("/group/off", None)]
    [InlineData("/free/plain", None)]
    [InlineData("/free/own", None)]
    public async Task MinimalApi_Metadata_ChoosesThePolicy(string path, string? limit)
    {
        await using var api = await StartAsync(hasDefault: true);

        Assert.Equal(limit, (await api.SendAsync(path))["X-RateLimit-Limit"]);
    }

    [Theory]
    [InlineData("/mvc/search", Search)]
    [InlineData("/mvc/search/deep", Deep)]
    [InlineData("/mvc/search/off", None)]
    [InlineData("/mvc/free", None)]
    [InlineData("/mvc/free/enabled", None)]
    [InlineData("/mvc/plain", Default)]
    public async Task Controller_Attributes_ChooseThePolicy(string path, string? limit)
    {
        await using var api = await StartAsync(hasDefault: true);

        var response = await api.SendAsync(path);
        Assert.Equal((200, limit), ((int)response.Status, response["X-RateLimit-Limit"]));
    }

    [Theory]
    [InlineData("/", None)]
    [InlineData("/nowhere", None)]
    [InlineData("/mvc/plain", None)]
    [InlineData("/named", Search)]
    [InlineData("/mvc/search", Search)]
    public async Task Endpoint_NoDefaultPolicy_OnlyMetadataLimits(string path, string? limit)
    {
        await using var api = await StartAsync(hasDefault: false);

        Assert.Equal(limit, (await api.SendAsync(path))["X-RateLimit-Limit"]);
    }

    [Theory]
    [InlineData("/", "the endpoint requires no policy, and there is no default one.")]
    [InlineData("/off", "the endpoint has DisableRateLimiting.")]
    public async Task Endpoint_NotLimited_LogsTheReason(string path, string reason)
    {
        await using var api = await StartAsync(hasDefault: false);

        await api.SendAsync(path);
        Assert.Equal(
            [(1, $"The request is not limited and carries no rate limit headers: {reason}")],
            api.Log.Entries.Select(entry => (entry.Id, entry.Message)));
    }

    [Fact]
    public async Task Endpoint_UnderThePolicyByName_SharesItsCount()
    {
        await using var api = await StartAsync(hasDefault: true);

        Assert.Equal("1", (await api.SendAsync("/named"))["X-RateLimit-Remaining"]);
        Assert.Equal("0", (await api.SendAsync("/mvc/search"))["X-RateLimit-Remaining"]);
        Assert.Equal(429, (int)(await api.SendAsync("/group/plain")).Status);
        Assert.Equal(200, (int)(await api.SendAsync("/")).Status);
    }

    private static Task<TestApi> StartAsync(bool hasDefault) => TestApi.StartAsync(
        limits =>
        {
            limits.AddPolicy("search", policy => policy.FixedWindow(2, Minute)).AddPolicy("deep", policy => policy.FixedWindow(3, Minute));
            if (hasDefault)
            {
                limits.DefaultPolicy(policy => policy.FixedWindow(1, Minute));
            }
        },
        Map,
        services => services.AddControllers().AddApplicationPart(typeof(SearchController).Assembly));

    private static void Map(WebApplication web)
    {
        web.MapGroup("/mvc").MapControllers();
        web.MapGet("/", () => "hello");
        web.MapGet("/named", () => "hello").RequireRateLimiting("search");
        web.MapGet("/attributed", [EnableRateLimiting("deep")] () => "hello");
        web.MapGet("/off", () => "hello").DisableRateLimiting();
        web.MapGet("/off-attributed", [DisableRateLimiting] () => "hello");
        web.MapGet("/on-and-off", () => "hello").RequireRateLimiting("search").DisableRateLimiting();

        var group = web.MapGroup("/group").RequireRateLimiting("search");
        group.MapGet("/plain", () => "hello");
        group.MapGet("/own", () => "hello").RequireRateLimiting("deep");
        group.MapGet("/off", () => "hello").DisableRateLimiting();

        var free = web.MapGroup("/free").DisableRateLimiting();
        free.MapGet("/plain", () => "hello");
        free.MapGet("/own", () => "hello").RequireRateLimiting("search");
    }
}
