using Yarp.ReverseProxy.Configuration;

namespace RateLimitHeaders.AspNetCore.Tests;

public class PipelineLimitsTests
{
    [Fact]
    public async Task Route_WithAPolicyOfThePipelineAlone_IsUnknownToYarp()
    {
        await using var app = BareHost.Build(services: services => services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "orders", ClusterId = "backend", RateLimiterPolicy = "api", Match = new RouteMatch { Path = "/orders" } }],
            [new ClusterConfig { ClusterId = "backend" }]));
        app.UseRateLimitHeaders(limits => limits.AddPolicy("api", policy => policy.FixedWindow(5, TimeSpan.FromMinutes(1))));

        var exception = Assert.Throws<InvalidOperationException>(() => app.MapReverseProxy());
        Assert.Contains("RateLimiter policy 'api' not found for route 'orders'", exception.ToString(), StringComparison.Ordinal);
    }
}
