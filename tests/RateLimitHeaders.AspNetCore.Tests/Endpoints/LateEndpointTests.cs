namespace RateLimitHeaders.AspNetCore.Tests;

public class LateEndpointTests
{
    [Fact]
    public async Task Endpoint_AddedLaterWithAPolicyThatDoesNotExist_IsLoggedOnceAndTheDefaultApplies()
    {
        using var late = new LateEndpoints();
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(9, Minute).AddPolicy("api", policy => policy.FixedWindow(5, Minute)),
            web => ((IEndpointRouteBuilder)web).DataSources.Add(late));

        late.Add("/known", "api");
        late.Add("/a", "apj");
        late.Add("/b", "apj");
        Assert.Equal("5", (await api.SendAsync("/known"))["X-RateLimit-Limit"]);
        foreach (var path in new[] { "/a", "/b", "/a", "/b" })
        {
            Assert.Equal("9", (await api.SendAsync(path))["X-RateLimit-Limit"]);
        }

        // When the application started, no endpoint had the policy "api".
        var complaints = Complaints.Of(api);
        Assert.Equal(26, complaints[0].Id);
        Assert.Equal([(LogLevel.Error, 31, Missing("/a")), (LogLevel.Error, 31, Missing("/b"))], complaints[1..]);
    }

    private static string Missing(string endpoint) =>
        $"Endpoint {endpoint} requires the rate limiting policy apj, which does not exist; "
            + "the default policy applies, if there is one. Add it with AddPolicy.";
}
