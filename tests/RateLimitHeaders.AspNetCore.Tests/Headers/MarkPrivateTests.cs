namespace RateLimitHeaders.AspNetCore.Tests;

public class MarkPrivateTests
{
    [Theory]
    [InlineData(null, "private")]
    [InlineData("max-age=60", "max-age=60, private")]
    [InlineData("public, max-age=60, s-maxage=90", "max-age=60, private")]
    [InlineData("no-store", "no-store")]
    [InlineData("private, max-age=5", "max-age=5, private")]
    [InlineData("private=\"Set-Cookie\", max-age=60", "max-age=60, private")]
    [InlineData("max-age=60, private=\"Set-Cookie, X-Own\"", "max-age=60, private")]
    [InlineData("no-cache=\"X-Own, private, X-Other\", max-age=60", "no-cache=\"X-Own, private, X-Other\", max-age=60, private")]
    public async Task CacheControl_OfAResponseWithFields_IsPrivate(string? own, string expected)
    {
        await using var api = await StartAsync(headers => headers.MarkPrivate(), own);

        Assert.Equal(expected, (await api.SendAsync())["Cache-Control"]);
    }

    [Fact]
    public async Task CacheControl_ByDefault_IsThatOfTheEndpoint()
    {
        await using var api = await StartAsync(_ => { }, "public");

        Assert.Equal("public", (await api.SendAsync())["Cache-Control"]);
    }

    [Fact]
    public async Task CacheControl_OfARejection_StaysNoStore()
    {
        await using var api = await StartAsync(headers => headers.MarkPrivate(), null);
        await api.SendAsync();

        Assert.Equal("no-store", (await api.SendAsync())["Cache-Control"]);
    }

    private static Task<TestApi> StartAsync(Action<HeadersBuilder> headers, string? own) => TestApi.StartAsync(
        limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)).Headers(headers),
        web => web.MapGet("/", (HttpContext context) => { context.Response.Headers.CacheControl = own; }));
}
