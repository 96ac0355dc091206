using Microsoft.AspNetCore.Routing.Patterns;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Configuration chooses policies by routes.</summary>
public class EndpointPatternTests
{
    private const string Policies = """
        "Policies": {
          "api": { "Quotas": { "q": { "Rate": "100/1h" } } },
          "other": { "Quotas": { "q": { "Rate": "50/1h" } } ENDPOINTS }
        }
        """;

    [Theory]
    [InlineData("GET /api/values/{id}", "/api/values/7")]
    [InlineData("/api/VALUES/{ID:int}", "/api/values/7")]
    [InlineData("get api", null)]
    [InlineData("GET,POST /api/values", "/api/values")]
    [InlineData("/any", "/any")]
    [InlineData("GET /free", "/free")]
    [InlineData("GET /files/{**path}", "/files/a/b")]
    public async Task Endpoint_OfAPattern_HasItsPolicy(string pattern, string? path)
    {
        if (path is null)
        {
            Assert.Equal(["RLH0503"], (await ErrorsAsync($"\"{pattern}\"")).Select(error => error.Id));
            return;
        }

        await using var api = await StartAsync($"\"{pattern}\"");

        Assert.Equal("50", (await api.SendAsync(path))["X-RateLimit-Limit"]);
    }

    [Theory]
    [InlineData("/API/Values/7")]
    [InlineData("/api/%76alues/7")]
    [InlineData("/api/values/7/")]
    [InlineData("/api/values/%37")]
    [InlineData("/api/values/7?x=/")]
    public async Task Path_WhateverItsSpelling_HasThePolicyOfItsRoute(string path)
    {
        await using var api = await StartAsync("\"GET /api/values/{id}\"");

        var response = await api.SendAsync(path);
        Assert.Equal((200, "50"), ((int)response.Status, response["X-RateLimit-Limit"]));
    }

    [Theory]
    [InlineData("http://localhost//api/values/7")]
    [InlineData("/api//values/7")]
    [InlineData("/api/values//7")]
    public async Task Path_WithADoubledSlash_IsOfNoEndpoint(string path)
    {
        await using var api = await StartAsync("\"GET /api/values/{id}\"");

        var response = await api.SendAsync(path);
        Assert.Equal((404, null), ((int)response.Status, response["X-RateLimit-Limit"]));
    }

    [Fact]
    public async Task Endpoint_OfAnotherMethodOrRoute_KeepsItsPolicy()
    {
        await using var api = await StartAsync("\"PUT /api/values/{id}\"");

        Assert.Equal("100", (await api.SendAsync("/api/values/7"))["X-RateLimit-Limit"]);
        Assert.Equal("50", (await api.SendAsync("/api/values/7", method: HttpMethod.Put))["X-RateLimit-Limit"]);
        Assert.Null((await api.SendAsync("/"))["X-RateLimit-Limit"]);
    }

    [Fact]
    public async Task Pattern_WithMethods_DecidesOverOneWithout()
    {
        await using var api = await StartAsync("\"/api/values/{id}\"", exempt: "\"GET /api/values/{id}\"");

        Assert.Null((await api.SendAsync("/api/values/7"))["X-RateLimit-Limit"]);
        Assert.Equal("50", (await api.SendAsync("/api/values/7", method: HttpMethod.Put))["X-RateLimit-Limit"]);
    }

    [Fact]
    public async Task Configuration_ThatOverridesCode_IsLoggedOnce()
    {
        await using var api = await StartAsync("\"GET /api/values/{id}\", \"GET /free\"", exempt: "\"/\"");

        Assert.Equal(
            [
                (LogLevel.Information, 80, "Configuration overrides settings of code: "
                    + "the policy of endpoint \"HTTP: GET /api/values/{id:int}\", the policy of endpoint \"HTTP: GET /free\"."),
            ],
            ReloadTests.Said(api));
    }

    [Fact]
    public async Task Configuration_ThatOverridesAnEndpointWithoutAName_LogsItsRoute()
    {
        await using var api = await new ChangingConfiguration(Json("\"/asset.css\"", "")).StartAsync(map: app =>
        {
            Mapped.Values(app);
            app.MapGet("/asset.css", () => "p {}").DisableRateLimiting().WithDisplayName(string.Empty);
        });

        Assert.Equal(
            [(LogLevel.Information, 80, "Configuration overrides settings of code: the policy of endpoint \"/asset.css\".")], ReloadTests.Said(api));
    }

    [Fact]
    public async Task ExemptEndpoint_LogsWhyItHasNoHeaders()
    {
        await using var api = await StartAsync("", exempt: "\"/api/values/{id}\"");

        await api.SendAsync("/api/values/7");
        Assert.Contains(
            (LogLevel.Debug, 1, "The request is not limited and carries no rate limit headers: configuration exempts the endpoint."), api.Log.Entries);
    }

    [Fact]
    public async Task Patterns_ThatChange_AreInForceForTheNextRequest()
    {
        var configuration = new ChangingConfiguration(Json("", ""));
        await using var api = await configuration.StartAsync(map: Mapped.Values);
        Assert.Equal("100", (await api.SendAsync("/api/values/7"))["X-RateLimit-Limit"]);

        api.Change(configuration, Json("\"GET /api/values/{id}\"", ""));
        Assert.Equal("50", (await api.SendAsync("/api/values/7"))["X-RateLimit-Limit"]);

        api.Change(configuration, Json("\"GET /api/value/{id}\"", ""));
        Assert.Equal("50", (await api.SendAsync("/api/values/7"))["X-RateLimit-Limit"]);
        Assert.Equal([82, 84], ReloadTests.Said(api).Select(entry => entry.Id).Where(id => id != 80));
    }

    [Fact]
    public async Task Pattern_OfAController_IsItsRoute()
    {
        var configuration = new ChangingConfiguration(
            """
            {
              "Policies": {
                "search": { "Quotas": { "q": { "Rate": "100/1h" } } },
                "deep": { "Quotas": { "q": { "Rate": "100/1h" } } },
                "attribute": { "Quotas": { "q": { "Rate": "7/1h" } }, "Endpoints": ["GET /patterned/{id}"] },
                "convention": { "Quotas": { "q": { "Rate": "8/1h" } }, "Endpoints": ["/Conventional/Index/{id}"] }
              }
            }
            """);
        await using var api = await configuration.StartAsync(
            map: app => app.MapControllerRoute("default", "{controller}/{action}/{id?}"),
            services: services => services.AddControllers().AddApplicationPart(typeof(EndpointPatternTests).Assembly));

        Assert.Equal("7", (await api.SendAsync("/patterned/1"))["X-RateLimit-Limit"]);
        Assert.Equal("8", (await api.SendAsync("/conventional/index"))["X-RateLimit-Limit"]);
        Assert.Null((await api.SendAsync("/conventional/other"))["X-RateLimit-Limit"]);
    }

    [Fact]
    public async Task Pattern_ThatFitsNoRouteOfAController_NamesTheNearestAsItIsWritten() => Assert.Equal(
        [
            new("RLH0504", "Policies:p:Endpoints:0",
                "\"/Conventional/Index\" matches no endpoint; correct it or leave it out. The nearest is \"/Conventional/Index/{id?}\"."),
        ],
        await ErrorsOfControllersAsync("/Conventional/Index", app => app.MapControllerRoute("default", "{controller=Home}/{action=Index}/{id?}")));

    [Fact]
    public async Task Pattern_ThatMatchesOnlyAFallback_StopsTheStart() => Assert.Equal(
        [
            new("RLH0504", "Policies:p:Endpoints:0", "\"/{*path:nonfile}\" matches only a fallback or dynamic route, which leads to other endpoints; "
                + "give the routes of those, or leave it out."),
        ],
        await ErrorsOfControllersAsync("/{*path:nonfile}", app => app.MapFallbackToController("Index", "Conventional")));

    [Theory]
    [InlineData("GET /api/value/{id}", "RLH0504",
        "\"GET /api/value/{id}\" matches no endpoint; correct it or leave it out. The nearest is \"GET /api/values/{id:int}\".")]
    [InlineData("DELETE /api/values/{id}", "RLH0504",
        "\"DELETE /api/values/{id}\" matches no endpoint; correct it or leave it out. The nearest is \"GET /api/values/{id:int}\".")]
    [InlineData("/api/values/{id:guid}", "RLH0504",
        "\"/api/values/{id:guid}\" matches no endpoint; correct it or leave it out. The nearest is \"GET /api/values/{id:int}\".")]
    [InlineData("GET /api/values", "RLH0505",
        "\"GET /api/values\" matches endpoint \"HTTP: GET, POST /api/values\", which serves POST, too; name all of its methods, or none.")]
    [InlineData("GET /any", "RLH0505",
        "\"GET /any\" matches endpoint \"/any\", which serves all other methods, too; name all of its methods, or none.")]
    [InlineData("values", "RLH0503",
        "\"values\" has no route that begins with a slash; give a route, such as \"/api/values/{id}\", or methods and a route, such as \"GET /api/values/{id}\".")]
    [InlineData("GET /api/{", "RLH0503",
        "\"GET /api/{\" has a route that cannot be read (There is an incomplete parameter in the route template. Check that each '{' character has a matching '}' character); "
        + "give a route, such as \"/api/values/{id}\", or methods and a route, such as \"GET /api/values/{id}\".")]
    public async Task Pattern_ThatFitsNoEndpoint_StopsTheStart(string pattern, string id, string message) => Assert.Equal(
        [new(id, "Policies:other:Endpoints:0", message)], await ErrorsAsync($"\"{pattern}\""));

    [Fact]
    public async Task Patterns_ThatMatchNothing_NameTheNearestEndpointInTheErrorsThatTheMessageShows()
    {
        var patterns = Enumerable.Range(0, 52).Select(i => $"/api/value{i}/{{id}}").ToArray();

        var errors = await ErrorsAsync(string.Join(", ", patterns.Select(pattern => $"\"{pattern}\"")));

        Assert.Equal(
            patterns.Select((pattern, i) =>
                $"\"{pattern}\" matches no endpoint; correct it or leave it out.{(i < 50 ? " The nearest is \"GET /api/values/{id:int}\"." : "")}"),
            errors.Select(error => error.Message));
    }

    [Fact]
    public async Task Patterns_OfSeveralPolicies_StopTheStart() => Assert.Equal(
        [
            new("RLH0506", "", "Endpoint \"HTTP: GET /free\" is matched by patterns of several policies "
                + "(\"GET /free\" of ExemptEndpoints, \"GET /FREE\" of other); keep one."),
        ],
        await ErrorsAsync("\"GET /FREE\"", "\"GET /free\""));

    /// <summary>All patterns are compared with all endpoints: a thousand with twenty thousand, several times for each reload.</summary>
    [Theory]
    [InlineData("/api/values/{id}", "/api/values/{id:int}", true)]
    [InlineData("GET /Api/a-{x}.{y}/{*rest}", "/api/a-{x}.{y}/{*rest}", true)]
    [InlineData("/api/values/{id}", "/api/value/{id}", false)]
    [InlineData("/api/values", "/api/values/{id}", false)]
    [InlineData("/api/a-{x}", "/api/{x}", false)]
    public void Comparison_OfAPatternWithARoute_AllocatesNothing(string text, string route, bool isSame)
    {
        Assert.True(EndpointPattern.TryParse(text, out var pattern, out _));
        var endpoint = new RouteEndpoint(
            _ => Task.CompletedTask, RoutePatternFactory.Parse(route), order: 0, EndpointMetadataCollection.Empty, displayName: null);
        Assert.Equal(isSame, pattern.HasRouteOf(endpoint));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            pattern.HasRouteOf(endpoint);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Returns the errors of settings. The controllers of this assembly also require policies that are not there.</summary>
    private static async Task<IEnumerable<RateLimitConfigurationError>> ErrorsOfControllersAsync(string pattern, Action<WebApplication> map)
    {
        var configuration = new ChangingConfiguration(
            $$"""{ "Policies": { "p": { "Quotas": { "q": { "Rate": "8/1h" } }, "Endpoints": ["{{pattern}}"] } }, "DefaultPolicy": "p" }""");
        var exception = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => configuration.StartAsync(
            map: map,
            services: services => services.AddControllers().AddApplicationPart(typeof(EndpointPatternTests).Assembly)));
        return exception.Errors.Where(error => error.Path.Length > 0);
    }

    private static Task<TestApi> StartAsync(string endpoints, string exempt = "") =>
        new ChangingConfiguration(Json(endpoints, exempt)).StartAsync(map: Mapped.Values);

    private static async Task<IReadOnlyList<RateLimitConfigurationError>> ErrorsAsync(string endpoints, string exempt = "") =>
        (await Assert.ThrowsAsync<RateLimitConfigurationException>(async () =>
        {
            await using var api = await StartAsync(endpoints, exempt);
        })).Errors;

    private static string Json(string endpoints, string exempt) =>
        $$"""{ "ExemptEndpoints": [{{exempt}}], {{Policies.Replace("ENDPOINTS", $", \"Endpoints\": [{endpoints}]", StringComparison.Ordinal)}} }""";
}
