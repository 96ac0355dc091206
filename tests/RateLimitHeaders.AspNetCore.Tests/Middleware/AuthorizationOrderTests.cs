namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Where <c>WebApplication</c> places authorization, and what that means for requests that authorization stops.</summary>
public class AuthorizationOrderTests
{
    [Fact]
    public async Task WebApplication_ThatAddsAuthorizationByItself_StopsRequestsBeforeTheLimits()
    {
        await using var api = await StartAsync(_ => { });

        Assert.Equal("401 -, 401 -, 401 -, 200 1", await SendAsync(api, "/orders", "/orders", "/orders", "/open"));
    }

    [Fact]
    public async Task WebApplication_ThatCallsUseAuthorization_LimitsRequestsThatItStops()
    {
        await using var api = await StartAsync(app => app.UseAuthorization());

        Assert.Equal("401 1, 401 0, 429 0, 429 0", await SendAsync(api, "/orders", "/orders", "/orders", "/open"));
    }

    [Fact]
    public async Task WebApplication_ThatCallsUseRoutingAndNotUseAuthorization_FailsWhereAuthorizationIsNeeded()
    {
        await using var api = await StartAsync(_ => { }, before: app => app.UseRouting());

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => api.SendAsync("/orders"));
        Assert.Contains("contains authorization metadata, but a middleware was not found that supports authorization", exception.Message, StringComparison.Ordinal);
    }

    private static async Task<string> SendAsync(TestApi api, params string[] paths)
    {
        var told = new List<string>();
        foreach (var path in paths)
        {
            var response = await api.SendAsync(path);
            told.Add($"{(int)response.Status} {response["X-RateLimit-Remaining"] ?? "-"}");
        }

        return string.Join(", ", told);
    }

    private static Task<TestApi> StartAsync(Action<WebApplication> after, Action<WebApplication>? before = null) => TestApi.StartAsync(
        limits => limits.FixedWindow(2, TimeSpan.FromMinutes(1)),
        app =>
        {
            after(app);
            app.MapGet("/orders", () => "orders").RequireAuthorization();
            app.MapGet("/open", () => "open");
        },
        services =>
        {
            services.AddAuthentication().AddBearerToken();
            services.AddAuthorization();
        },
        before);
}
