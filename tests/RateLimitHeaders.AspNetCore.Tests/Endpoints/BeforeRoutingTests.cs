namespace RateLimitHeaders.AspNetCore.Tests;

public class BeforeRoutingTests
{
    [Theory]
    [InlineData(false, "/limited")]
    [InlineData(true, "/limited")]
    [InlineData(true, "/off")]
    public async Task Middleware_BeforeUseRouting_IsLoggedOnce(bool hasDefault, string path)
    {
        await using var api = await StartAsync(hasDefault, MapBehindRouting);

        await api.SendAsync(path);
        await api.SendAsync(path);
        Assert.Equal(
            [
                (LogLevel.Error, 32, "UseRateLimitHeaders() runs before UseRouting(): it did not see that endpoint "
                    + $"HTTP: GET {path} has rate limiting metadata. Place it after UseRouting()."),
            ],
            Complaints.Of(api));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Middleware_BeforeUseRouting_LogsNothingWhereNoMetadataIsOverlooked(bool hasDefault)
    {
        await using var api = await StartAsync(hasDefault, MapBehindRouting);

        await api.SendAsync("/plain");
        await api.SendAsync("/nowhere");
        Assert.Empty(Complaints.Of(api));
    }

    [Fact]
    public async Task Middleware_AfterUseRouting_LogsNothing()
    {
        await using var api = await StartAsync(hasDefault: true, Map);

        Assert.Equal("5", (await api.SendAsync("/limited"))["X-RateLimit-Limit"]);
        await api.SendAsync("/off");
        await api.SendAsync("/nowhere");
        Assert.Empty(Complaints.Of(api));
    }

    [Fact]
    public async Task Middleware_BeforeAPageOfErrors_LogsNothing()
    {
        await using var api = await StartAsync(hasDefault: true, web =>
        {
            web.UseStatusCodePagesWithReExecute("/error");
            Map(web);
            web.MapGet("/error", () => "No such page.").DisableRateLimiting();
        });

        Assert.Equal((404, "No such page."), ((int)(await api.SendAsync("/nowhere")).Status, (await api.SendAsync("/nowhere")).Body));
        Assert.Empty(Complaints.Of(api));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Middleware_AfterUseEndpoints_IsLogged(bool isAfter)
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(5, Minute),
            before: app =>
            {
                app.UseRouting();
#pragma warning disable ASP0014 // It is this call that is tested.
                _ = isAfter ? app.UseEndpoints(endpoints => endpoints.MapGet("/first", () => "hello")) : app;
#pragma warning restore ASP0014
            });

        Assert.Equal(isAfter ? null : "5", (await api.SendAsync("/first"))["X-RateLimit-Limit"]);
        Assert.Equal(
            isAfter
                ?
                [
                    (LogLevel.Warning, 93, "UseRateLimitHeaders() is called after UseEndpoints(): requests that an endpoint answers do not reach it and "
                        + "are not limited. Place it between UseRouting() and UseEndpoints()."),
                ]
                : [],
            Complaints.Of(api));
    }

    private static Task<TestApi> StartAsync(bool hasDefault, Action<WebApplication> map) => TestApi.StartAsync(
        limits =>
        {
            limits.AddPolicy("api", policy => policy.FixedWindow(5, Minute));
            if (hasDefault)
            {
                limits.DefaultPolicy(policy => policy.FixedWindow(9, Minute));
            }
        },
        map);

    private static void MapBehindRouting(WebApplication web)
    {
        web.UseRouting();
        Map(web);
    }

    private static void Map(WebApplication web)
    {
        web.MapGet("/limited", () => "hello").RequireRateLimiting("api");
        web.MapGet("/off", () => "hello").DisableRateLimiting();
        web.MapGet("/plain", () => "hello");
    }
}
