using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Endpoints tell what requests to them cost, by code and by configuration.</summary>
public class EndpointCostTests
{
    [Theory]
    [InlineData("/plain", 99, 49, 999)]
    [InlineData("/all", 90, 40, 999)]
    [InlineData("/named", 99, 45, 999)]
    [InlineData("/unit", 99, 49, 800)]
    [InlineData("/several", 90, 45, 1000)]
    [InlineData("/function", 88, 38, 999)]
    [InlineData("/function-of-one", 99, 38, 999)]
    [InlineData("/group/inherits", 97, 47, 999)]
    [InlineData("/group/own", 94, 44, 999)]
    [InlineData("/free", 100, 50, 999)]
    public async Task Request_ToEachEndpoint_TakesItsCost(string path, long large, long small, long bytes)
    {
        await using var api = await TestApi.StartAsync(Limits, Map);

        Assert.Equal(Items(large, small, bytes), Told(await api.SendAsync($"{path}?cost=12")));
    }

    [Theory]
    [InlineData("/attributes/group", 96, 46)]
    [InlineData("/attributes/method", 93, 48)]
    public async Task Endpoint_WithAttributes_TakesTheNearest(string path, long large, long small)
    {
        await using var api = await TestApi.StartAsync(Limits, web =>
        {
            var group = web.MapGroup("/attributes").WithMetadata(new RateLimitCostAttribute(4));
            group.MapGet("/group", () => "");
            group.MapGet("/method", [RateLimitCost(7)][RateLimitCost(2, QuotaOrUnit = "small")] () => "");
        });

        Assert.Equal(Items(large, small, 999), Told(await api.SendAsync(path)));
    }

    [Fact]
    public async Task Cost_WithoutAName_LeavesQuotasAloneWithACostOfThePolicy()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .DefaultPolicy(policy => policy
                    .Cost("bytes", 300)
                    .FixedWindow("requests", 100, Hour)
                    .FixedWindow("bytes", 1_000, Hour, unit: QuotaUnits.ContentBytes))
                .Headers(headers => headers.Ietf()),
            web => web.MapGet("/", () => "hello").WithRateLimitCost(10));

        Assert.Equal("\"requests\";r=90;t=3600, \"bytes\";r=700;t=3600", (await api.SendAsync())["RateLimit"]);
    }

    [Fact]
    public async Task Cost_ThatFails_IsOneAndLogged()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(100, Hour),
            web => web.MapGet("/", () => "hello").WithRateLimitCost(caller => long.Parse(caller.HttpContext.Request.Query["cost"]!, CultureInfo.InvariantCulture)));

        Assert.Equal("99", (await api.SendAsync())["X-RateLimit-Remaining"]);
        Assert.Equal("98", (await api.SendAsync("/?cost=-2"))["X-RateLimit-Remaining"]);
        Assert.Equal([14, 15], api.Log.Entries.Where(entry => entry.Level == LogLevel.Error).Select(entry => entry.Id));
    }

    [Fact]
    public async Task Cost_AboveWhatIsLeft_RejectsAndChargesNothing()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(10, Hour),
            web =>
            {
                web.MapGet("/", () => "hello");
                web.MapGet("/search", () => "found").WithRateLimitCost(7);
            });

        Assert.Equal("3", (await api.SendAsync("/search"))["X-RateLimit-Remaining"]);
        var rejected = await api.SendAsync("/search");
        Assert.Equal((429, "3", "3600"), ((int)rejected.Status, rejected["X-RateLimit-Remaining"], rejected["Retry-After"]));
        Assert.Equal("2", (await api.SendAsync())["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Cost_OfConfiguration_DecidesOverThatOfCode()
    {
        await using var api = await new ChangingConfiguration(Json(
            """
            "GET /api/values/{id}": { "Cost": 5, "Costs": { "content-bytes": 100 } },
            "/api/values/{id}": { "Cost": 9, "Costs": { "small": 20 } }
            """)).StartAsync(map: Values);

        Assert.Equal(Items(95, 30, 900), Told(await api.SendAsync("/api/%56ALUES/7")));
        Assert.Equal(Items(86, 10, 899), Told(await api.SendAsync("/api/values/7", method: HttpMethod.Put)));
    }

    [Fact]
    public async Task Cost_ThatChangesInConfiguration_IsThatOfTheNextRequest()
    {
        var configuration = new ChangingConfiguration(Json("\"GET /api/values/{id}\": { \"Cost\": 5 }"));
        await using var api = await configuration.StartAsync(map: Values);
        Assert.Equal(Items(95, 45, 999), Told(await api.SendAsync("/api/values/7")));

        api.Change(configuration, Json("\"GET /api/values/{id}\": { \"Cost\": 10 }"));
        Assert.Equal(Items(85, 35, 998), Told(await api.SendAsync("/api/values/7")));

        // More than the small quota holds: the costs in force stay.
        api.Change(configuration, Json("\"GET /api/values/{id}\": { \"Cost\": 51 }"));
        Assert.Equal(Items(75, 25, 997), Told(await api.SendAsync("/api/values/7")));
        Assert.Equal([82, 84], ReloadTests.Said(api).Select(entry => entry.Id));
    }

    private static void Limits(RateLimitsBuilder limits) => limits
        .DefaultPolicy(policy => policy
            .Cost("bytes", 1)
            .FixedWindow("large", 100, Hour)
            .FixedWindow("small", 50, Hour)
            .FixedWindow("bytes", 1_000, Hour, unit: QuotaUnits.ContentBytes))
        .Headers(headers => headers.Ietf());

    private static void Map(WebApplication web)
    {
        web.MapGet("/plain", () => "");
        web.MapGet("/all", () => "").WithRateLimitCost(10);
        web.MapGet("/named", () => "").WithRateLimitCost("small", 5);
        web.MapGet("/unit", () => "").WithRateLimitCost(QuotaUnits.ContentBytes, 200);
        web.MapGet("/several", () => "").WithRateLimitCost(10).WithRateLimitCost("small", 5).WithRateLimitCost("bytes", PermitCost.AnyLeft);
        web.MapGet("/function", () => "").WithRateLimitCost(Cost);
        web.MapGet("/function-of-one", () => "").WithRateLimitCost("small", Cost);
        web.MapGet("/free", () => "").WithRateLimitCost(0);
        var group = web.MapGroup("/group").WithRateLimitCost(3);
        group.MapGet("/inherits", () => "");
        group.MapGet("/own", () => "").WithRateLimitCost(6);
    }

    private static void Values(WebApplication web)
    {
        web.MapGet("/api/values/{id:int}", () => "").WithRateLimitCost(33);
        web.MapPut("/api/values/{id:int}", () => "").WithRateLimitCost(33);
    }

    private static long Cost(RateLimitCaller caller) => long.Parse(caller.HttpContext.Request.Query["cost"]!, CultureInfo.InvariantCulture);

    private static string Json(string endpointCosts) => $$"""
        {
          "DefaultPolicy": "api",
          "Policies": {
            "api": {
              "Costs": { "bytes": 1 },
              "Quotas": { "large": { "Rate": "100/1h" }, "small": { "Rate": "50/1h" }, "bytes": { "Rate": "1000/1h", "Unit": "content-bytes" } },
              "EndpointCosts": { {{endpointCosts}} }
            }
          },
          "Headers": { "Ietf": { "Draft": "Draft11" } }
        }
        """;

    private static string Items(long large, long small, long bytes) => $"{large} {small} {bytes}";

    private static string Told(TestResponse response) =>
        string.Join(' ', from name in (string[])["large", "small", "bytes"]
                         from item in response["RateLimit"]!.Split(", ")
                         where item.StartsWith($"\"{name}\"", StringComparison.Ordinal)
                         select item.Split(";r=")[1].Split(';')[0]);
}
