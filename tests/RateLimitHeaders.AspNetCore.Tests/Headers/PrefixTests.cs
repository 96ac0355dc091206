namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>IETF fields whose names begin with <c>Beta-</c>.</summary>
public class PrefixTests
{
    [Fact]
    public async Task Prefix_OfIetfFields_BeginsTheirNames()
    {
        await using var api = await StartAsync(headers => headers.Ietf("Beta-"));

        Assert.Equal(
            """
            Beta-RateLimit: "main";r=0;t=60
            Beta-RateLimit-Policy: "main";q=1;w=60
            """,
            (await api.SendAsync()).LimitHeaders);
        Assert.Equal("\"main\";r=0;t=60", (await api.SendAsync())["Beta-RateLimit"]);
    }

    [Fact]
    public async Task Prefix_OfOlderDrafts_BeginsTheirNames()
    {
        await using var draft06 = await StartAsync(headers => headers.IetfDraft06(), options => options.Headers.Ietf.Prefix = "Beta-");
        await using var draft07 = await StartAsync(headers => headers.IetfDraft07(), options => options.Headers.Ietf.Prefix = "Beta-");

        Assert.Equal(
            """
            Beta-RateLimit-Limit: 1
            Beta-RateLimit-Remaining: 0
            Beta-RateLimit-Reset: 60
            Beta-RateLimit-Policy: 1;w=60
            """,
            (await draft06.SendAsync()).LimitHeaders);
        Assert.Equal(
            """
            Beta-RateLimit: limit=1, remaining=0, reset=60
            Beta-RateLimit-Policy: 1;w=60
            """,
            (await draft07.SendAsync()).LimitHeaders);
    }

    [Fact]
    public async Task Prefix_BesideFieldsWithoutIt_LeavesThemAlone()
    {
        await using var api = await StartAsync(
            headers => headers.Ietf("Beta-"), answer: response => response.Headers["RateLimit"] = "\"backend\";r=3");

        var response = await api.SendAsync();

        Assert.Equal(("\"backend\";r=3", "\"main\";r=0;t=60"), (response["RateLimit"], response["Beta-RateLimit"]));
    }

    private static Task<TestApi> StartAsync(
        Action<HeadersBuilder> headers, Action<RateLimitHeadersOptions>? configure = null, Action<HttpResponse>? answer = null) => TestApi.StartAsync(
        limits => limits.DefaultPolicy(policy => policy.FixedWindow("main", 1, TimeSpan.FromMinutes(1))).Headers(headers),
        web => web.MapGet("/", (HttpContext context) => answer?.Invoke(context.Response)),
        services => services.Configure(configure ?? (static _ => { })));
}
