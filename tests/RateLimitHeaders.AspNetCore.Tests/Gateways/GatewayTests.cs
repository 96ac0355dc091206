using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

public class GatewayTests
{
    [Fact]
    public async Task Route_WithAPolicy_IsForwardedWithTheFieldsOfItsLimits()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = new GatewayApi(backend);

        var response = await gateway.GetAsync();

        Assert.Equal((HttpStatusCode.OK, "backend /orders/7"), (response.Status, response.Body));
        Assert.Equal(
            """
            200
            RateLimit-Policy: "gateway";q=100;w=60
            RateLimit: "gateway";r=98;t=60
            X-RateLimit-Limit: 100
            X-RateLimit-Remaining: 98
            X-RateLimit-Reset: 1779545293
            """,
            await gateway.AskAsync());
        Assert.Equal([GatewayApi.SearchIsUnused], gateway.Complaints);
    }

    [Fact]
    public async Task Route_BeyondItsLimit_IsRejectedBeforeTheBackend()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = new GatewayApi(backend, limits => limits.Policies["api"].Quotas["gateway"].PermitLimit = 2);
        await gateway.AskAsync();
        await gateway.AskAsync();
        gateway.Time.Advance(TimeSpan.FromSeconds(15));

        Assert.Equal(
            """
            429
            Cache-Control: no-store
            RateLimit-Policy: "gateway";q=2;w=60
            RateLimit: "gateway";r=0;t=45
            Retry-After: 45
            X-RateLimit-Limit: 2
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779545293
            """,
            await gateway.AskAsync());
        Assert.Equal(2, backend.Requests);

        gateway.Time.Advance(TimeSpan.FromSeconds(45));
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync()).Status);
    }

    [Fact]
    public async Task Route_WithoutAPolicy_IsForwardedUnlimited()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = new GatewayApi(backend);

        Assert.Equal("200", await gateway.AskAsync("/health"));
    }

    [Fact]
    public async Task Route_WithAPolicyOfConfigurationAlone_IsLimitedByIt()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = new GatewayApi(
            backend,
            limits: null,
            ("RateLimitHeaders:Policies:partner:Quotas:q:Rate", "7/1m"),
            ("ReverseProxy:Routes:orders:RateLimiterPolicy", "partner"));

        var response = await gateway.GetAsync();
        Assert.Equal((HttpStatusCode.OK, "6"), (response.Status, response["X-RateLimit-Remaining"]));
    }
}
