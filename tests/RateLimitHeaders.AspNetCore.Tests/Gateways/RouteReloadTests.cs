namespace RateLimitHeaders.AspNetCore.Tests;

public class RouteReloadTests
{
    [Fact]
    public async Task Route_ThatComesByReload_IsLimitedWithTheOthersOfItsPolicy()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = new GatewayApi(backend);
        await gateway.AskAsync();
        Assert.Equal("404", await gateway.AskAsync("/invoices/1"));

        await gateway.SetRouteAsync("invoices", "/invoices/{id}", "api");

        Assert.Equal(
            """
            200
            RateLimit-Policy: "gateway";q=100;w=60
            RateLimit: "gateway";r=98;t=60
            X-RateLimit-Limit: 100
            X-RateLimit-Remaining: 98
            X-RateLimit-Reset: 1779545293
            """,
            await gateway.AskAsync("/invoices/1"));
        Assert.Equal([GatewayApi.SearchIsUnused], gateway.Complaints);
    }

    [Fact]
    public async Task Route_ThatComesWithAPolicyThatNoneNamedBefore_IsLimitedByIt()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = new GatewayApi(backend);
        await gateway.AskAsync();

        await gateway.SetRouteAsync("search", "/search", "search");

        Assert.Equal(
            """
            200
            RateLimit-Policy: "search";q=3;w=10
            RateLimit: "search";r=2;t=10
            X-RateLimit-Limit: 3
            X-RateLimit-Remaining: 2
            X-RateLimit-Reset: 1779545243
            """,
            await gateway.AskAsync("/search"));
        await gateway.AskAsync("/search");
        await gateway.AskAsync("/search");
        var rejected = await gateway.GetAsync("/search");
        Assert.Equal((StatusCodes.Status429TooManyRequests, "10"), ((int)rejected.Status, rejected["Retry-After"]));
        Assert.Equal([GatewayApi.SearchIsUnused], gateway.Complaints);
    }

    [Fact]
    public async Task Route_WhosePolicyChangesByReload_IsLimitedByTheNewOne()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = new GatewayApi(backend);
        await gateway.AskAsync();

        await gateway.SetRouteAsync("orders", "/orders/{**rest}", "search");
        Assert.Equal("2", (await gateway.GetAsync())["X-RateLimit-Remaining"]);

        // The policy that it had before has lost no count.
        await gateway.SetRouteAsync("orders", "/orders/{**rest}", "api");
        Assert.Equal("98", (await gateway.GetAsync())["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Route_ThatDisablesLimits_IsNotLimited()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = new GatewayApi(backend, limits => limits.DefaultPolicy = "api");
        Assert.Equal("99", (await gateway.GetAsync("/health"))["X-RateLimit-Remaining"]);

        await gateway.SetRouteAsync("health", "/health", "Disable");

        Assert.Equal("200", await gateway.AskAsync("/health"));
    }

    [Fact]
    public async Task Route_WithTheDefaultPolicyByName_IsLimitedByIt()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = new GatewayApi(backend, limits => limits.DefaultPolicy = "search");

        await gateway.SetRouteAsync("orders", "/orders/{**rest}", "Default");

        Assert.Equal("2", (await gateway.GetAsync())["X-RateLimit-Remaining"]);
    }
}
