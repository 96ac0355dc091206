namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// ASP.NET Core's output and response caching on either side of the middleware. Both copy the fields of a response before it starts, and
/// the rate limit fields are written as it starts, so that no entry holds those of a caller.
/// </summary>
public class CachedResponseTests
{
    private const string First = "198.51.100.1";
    private const string Second = "198.51.100.2";

    private static readonly string[] s_paths = ["/json", "/started", "/flushed", "/written", "/empty"];

    public static TheoryData<string, string> Responses()
    {
        var responses = new TheoryData<string, string>();
        foreach (var path in s_paths)
        {
            responses.Add("output", path);
            responses.Add("response", path);
        }

        return responses;
    }

    [Theory]
    [MemberData(nameof(Responses))]
    public async Task Hit_OfACacheInside_IsCountedAndCarriesTheFieldsOfItsCaller(string cache, string path)
    {
        var runs = new Runs();
        await using var api = await StartAsync(runs, map: app => UseCache(app, cache));

        Assert.Equal("4", (await api.SendAsync("/other", address: First))["X-RateLimit-Remaining"]);
        Assert.Equal(("3", false), Told(await api.SendAsync(path, address: First)));
        Assert.Equal(("4", true), Told(await api.SendAsync(path, address: Second)));
        Assert.Equal(("2", true), Told(await api.SendAsync(path, address: First)));
        Assert.Equal(1, runs.Count);
    }

    [Theory]
    [MemberData(nameof(Responses))]
    public async Task Hit_OfACacheOutside_IsNotCountedAndCarriesNoFields(string cache, string path)
    {
        var runs = new Runs();
        await using var api = await StartAsync(runs, before: app => UseCache(app, cache));

        Assert.Equal(("4", false), Told(await api.SendAsync(path, address: First)));
        Assert.Equal((null, true), Told(await api.SendAsync(path, address: Second)));
        Assert.Equal((null, true), Told(await api.SendAsync(path, address: First)));
        Assert.Equal("3", (await api.SendAsync("/other", address: First))["X-RateLimit-Remaining"]);
        Assert.Equal(1, runs.Count);
    }

    [Theory]
    [InlineData("output")]
    [InlineData("response")]
    public async Task MarkPrivate_LeavesWhatTheseCachesKeep(string cache)
    {
        var runs = new Runs();
        await using var api = await StartAsync(runs, before: app => UseCache(app, cache), limits: limits => limits.Headers(headers => headers.MarkPrivate()));

        Assert.Equal("max-age=60, private", (await api.SendAsync("/json", address: First))["Cache-Control"]);
        Assert.Equal("public, max-age=60", (await api.SendAsync("/json", address: Second))["Cache-Control"]);
        Assert.Equal(1, runs.Count);
    }

    private static (string? Remaining, bool IsCached) Told(TestResponse response)
    {
        Assert.Equal(200, (int)response.Status);
        return (response["X-RateLimit-Remaining"], response["Age"] is not null);
    }

    private static void UseCache(WebApplication app, string cache) => _ = cache == "output" ? app.UseOutputCache() : app.UseResponseCaching();

    private static Task<TestApi> StartAsync(
        Runs runs, Action<WebApplication>? map = null, Action<WebApplication>? before = null, Action<RateLimitsBuilder>? limits = null) => TestApi.StartAsync(
        builder =>
        {
            builder.FixedWindow(5, TimeSpan.FromMinutes(1));
            limits?.Invoke(builder);
        },
        app =>
        {
            map?.Invoke(app);
            app.MapGet("/other", () => "other");
            Map(app, runs, "/json", context => context.Response.WriteAsJsonAsync(new { Text = "hello" }));
            Map(app, runs, "/started", async context =>
            {
                await context.Response.StartAsync();
                await context.Response.WriteAsync("hello");
            });
            Map(app, runs, "/flushed", async context =>
            {
                await context.Response.Body.FlushAsync();
                await context.Response.WriteAsync("hello");
            });
            Map(app, runs, "/written", async context => await context.Response.BodyWriter.WriteAsync("hello"u8.ToArray()));
            Map(app, runs, "/empty", context => Task.CompletedTask);
        },
        services => services.AddOutputCache().AddResponseCaching(),
        before);

    private static void Map(WebApplication app, Runs runs, string path, RequestDelegate endpoint) => app.MapGet(path, context =>
    {
        runs.Count++;
        context.Response.Headers.CacheControl = "public, max-age=60";
        return endpoint(context);
    }).CacheOutput();

    /// <summary>How often endpoints ran.</summary>
    private sealed class Runs
    {
        public int Count { get; set; }
    }
}
