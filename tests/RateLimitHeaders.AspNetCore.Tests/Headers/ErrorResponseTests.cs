namespace RateLimitHeaders.AspNetCore.Tests;

public class ErrorResponseTests
{
    // What the exception handler adds itself.
    private const string FailedResponse =
        """
        500
        Cache-Control: no-store, no-cache
        Pragma: no-cache
        X-RateLimit-Limit: 3
        X-RateLimit-Remaining: 2
        X-RateLimit-Reset: 1779545293
        Expires: -1

        sorry
        """;

    [Fact]
    public async Task ExceptionHandler_Response_HasTheHeaders()
    {
        await using var api = await StartAsync(web => web.UseExceptionHandler(
            handler => handler.Run(context => context.Response.WriteAsync("sorry"))));

        Assert.Equal(FailedResponse, (await api.SendAsync("/throws")).Text);
        Assert.Equal("1", (await api.SendAsync())["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task ExceptionHandler_ThatRunsThePipelineAgain_IsChargedOnce()
    {
        await using var api = await StartAsync(web => web.UseExceptionHandler("/error"));

        Assert.Equal(FailedResponse, (await api.SendAsync("/throws")).Text);
        Assert.Equal("1", (await api.SendAsync())["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task ExceptionHandler_EndpointHeldASlot_ItIsFreeAgain()
    {
        await using var api = await StartAsync(
            web => web.UseExceptionHandler("/error"), limits => limits.Concurrency("slots", 1));

        for (var request = 0; request < 3; request++)
        {
            Assert.Equal("sorry", (await api.SendAsync("/throws")).Body);
        }
    }

    [Fact]
    public async Task StatusCodePages_ThatRunThePipelineAgain_AreChargedOnce()
    {
        await using var api = await StartAsync(web => web.UseStatusCodePagesWithReExecute("/error"));

        Assert.Equal(
            """
            404
            X-RateLimit-Limit: 3
            X-RateLimit-Remaining: 2
            X-RateLimit-Reset: 1779545293

            sorry
            """,
            (await api.SendAsync("/no/such/endpoint")).Text);
        Assert.Equal("1", (await api.SendAsync())["X-RateLimit-Remaining"]);
    }

    private static Task<TestApi> StartAsync(Action<WebApplication> before, Action<RateLimitsBuilder>? limits = null) => TestApi.StartAsync(
        limits ?? (static limits => limits.FixedWindow(3, TimeSpan.FromMinutes(1))),
        web =>
        {
            web.MapGet("/", () => "hello");
            web.MapGet("/throws", string () => throw new InvalidOperationException("The endpoint fails."));
            web.MapGet("/error", (HttpContext context) => context.Response.WriteAsync("sorry"));
        },
        before: before);
}
