using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.SignalR;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Of the costs of a method, its class and their bases, of a mapping and of a group, the nearest decides.</summary>
public class NearestCostTests
{
    [Theory]
    [InlineData("/costs/plain", 98)]
    [InlineData("/costs/action", 96)]
    [InlineData("/costs/override", 94)]
    [InlineData("/costs/inherited", 93)]
    public async Task Cost_OfAController_DecidesOverThatOfItsBaseAndGroup(string path, int remaining)
    {
        await using var api = await StartAsync(web => web.MapGroup("/").WithRateLimitCost(2).WithRateLimitCost(50).MapControllers());

        Assert.Equal($"{remaining}", (await api.SendAsync(path))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Cost_OfAMapping_DecidesOverThatOfAnAction()
    {
        await using var api = await StartAsync(web => web.MapControllers().WithRateLimitCost(20));

        Assert.Equal("80", (await api.SendAsync("/costs/action"))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Cost_WhereAConventionHasRemovedThatOfTheBase_IsThatOfTheAction()
    {
        await using var api = await StartAsync(web => web.MapControllers().Add(
            endpoint => endpoint.Metadata.Remove(endpoint.Metadata.OfType<RateLimitCostAttribute>().First(cost => cost.Permits == 10))));

        Assert.Equal("96", (await api.SendAsync("/costs/action"))["X-RateLimit-Remaining"]);
    }

    [Theory]
    [InlineData("Plain", 2)]
    [InlineData("Action", 4)]
    [InlineData("Override", 6)]
    [InlineData("Inherited", 7)]
    public void Cost_OfAHub_DecidesOverThatOfItsBase(string method, int cost)
    {
        var endpoint = HubMethod.EndpointOf(typeof(CostlyHub), typeof(CostlyHub).GetMethod(method)!)!;

        Assert.Equal(cost, EndpointCosts.Of(endpoint, [])!.Under("any").First().Permits);
    }

    private static Task<TestApi> StartAsync(Action<WebApplication> map) => TestApi.StartAsync(
        limits => limits.FixedWindow(100, TimeSpan.FromHours(1)),
        map,
        services => services.AddControllers().ConfigureApplicationPartManager(parts => parts.FeatureProviders.Add(new OneController())));

    /// <summary>Finds the controller of this test, which is none for other tests.</summary>
    private sealed class OneController : IApplicationFeatureProvider<ControllerFeature>
    {
        public void PopulateFeature(IEnumerable<ApplicationPart> parts, ControllerFeature feature) =>
            feature.Controllers.Add(typeof(CostlyController).GetTypeInfo());
    }

    [RateLimitCost(10)]
    private abstract class BaseController : ControllerBase
    {
        [RateLimitCost(5)]
        public virtual OkResult Override() => Ok();

        [HttpGet("/costs/inherited")]
        [RateLimitCost(7)]
        public OkResult Inherited() => Ok();
    }

    [RateLimitCost(2)]
    private sealed class CostlyController : BaseController
    {
        [HttpGet("/costs/plain")]
        public OkResult Plain() => Ok();

        [HttpGet("/costs/action")]
        [RateLimitCost(4)]
        public OkResult Action() => Ok();

        [HttpGet("/costs/override")]
        [RateLimitCost(6)]
        public override OkResult Override() => Ok();
    }

#pragma warning disable CA1822 // SignalR finds no static methods.
    [RateLimitCost(10)]
    private abstract class BaseHub : Hub
    {
        [RateLimitCost(5)]
        public virtual int Override() => 0;

        [RateLimitCost(7)]
        public int Inherited() => 0;
    }

    [EnableRateLimiting("any")]
    [RateLimitCost(2)]
    private sealed class CostlyHub : BaseHub
    {
        public int Plain() => 0;

        [RateLimitCost(4)]
        public int Action() => 0;

        [RateLimitCost(6)]
        public override int Override() => 0;
    }
#pragma warning restore CA1822
}
