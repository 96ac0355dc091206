namespace RateLimitHeaders.AspNetCore.Tests;

public class ResponseKindTests
{
    private static readonly string[] s_head = ["HEAD"];

    [Theory]
    [InlineData("GET", "/created", """
        201
        Location: /created/1
        X-RateLimit-Limit: 2
        X-RateLimit-Remaining: 1
        X-RateLimit-Reset: 1779545293


        """)]
    [InlineData("GET", "/nothing", """
        204
        X-RateLimit-Limit: 2
        X-RateLimit-Remaining: 1
        X-RateLimit-Reset: 1779545293


        """)]
    [InlineData("GET", "/moved", """
        302
        Location: /elsewhere
        X-RateLimit-Limit: 2
        X-RateLimit-Remaining: 1
        X-RateLimit-Reset: 1779545293


        """)]
    [InlineData("GET", "/unchanged", """
        304
        X-RateLimit-Limit: 2
        X-RateLimit-Remaining: 1
        X-RateLimit-Reset: 1779545293


        """)]
    [InlineData("GET", "/missing", """
        404
        X-RateLimit-Limit: 2
        X-RateLimit-Remaining: 1
        X-RateLimit-Reset: 1779545293


        """)]
    [InlineData("GET", "/no/such/endpoint", """
        404
        X-RateLimit-Limit: 2
        X-RateLimit-Remaining: 1
        X-RateLimit-Reset: 1779545293


        """)]
    [InlineData("HEAD", "/head", """
        200
        X-RateLimit-Limit: 2
        X-RateLimit-Remaining: 1
        X-RateLimit-Reset: 1779545293
        Content-Length: 5


        """)]
    [InlineData("GET", "/streamed", """
        200
        X-RateLimit-Limit: 2
        X-RateLimit-Remaining: 1
        X-RateLimit-Reset: 1779545293

        one two three
        """)]
    [InlineData("GET", "/started", """
        200
        X-RateLimit-Limit: 2
        X-RateLimit-Remaining: 1
        X-RateLimit-Reset: 1779545293


        """)]
    public async Task Response_OfAnyKind_HasTheFields(string method, string path, string expected)
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow(2, TimeSpan.FromMinutes(1)), Map);

        Assert.Equal(expected, (await api.SendAsync(path, method: new HttpMethod(method))).Text);
    }

    [Fact]
    public async Task Rejection_OfAHeadRequest_HasAllFields()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)), Map);
        await api.SendAsync("/head", method: HttpMethod.Head);

        Assert.Equal(
            """
            Cache-Control: no-store
            Retry-After: 60
            X-RateLimit-Limit: 1
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779545293
            """,
            (await api.SendAsync("/head", method: HttpMethod.Head)).LimitHeaders);
    }

    private static void Map(WebApplication web)
    {
        web.MapGet("/created", () => TypedResults.Created("/created/1"));
        web.MapGet("/nothing", () => TypedResults.NoContent());
        web.MapGet("/moved", () => TypedResults.Redirect("/elsewhere"));
        web.MapGet("/unchanged", () => TypedResults.StatusCode(StatusCodes.Status304NotModified));
        web.MapGet("/missing", () => TypedResults.NotFound());
        web.MapMethods("/head", s_head, (HttpContext context) => { context.Response.ContentLength = 5; });
        web.MapGet("/started", (HttpContext context) => context.Response.StartAsync());
        web.MapGet("/streamed", StreamAsync);
    }

    private static async Task StreamAsync(HttpContext context)
    {
        foreach (var piece in (string[])["one ", "two ", "three"])
        {
            await context.Response.WriteAsync(piece);
            await context.Response.Body.FlushAsync();

            // Too late for the headers, which are under way.
            await context.GetRateLimitFeature()!.ChargeAsync(1);
        }
    }
}
