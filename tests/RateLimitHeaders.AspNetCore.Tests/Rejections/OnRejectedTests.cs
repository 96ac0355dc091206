using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

public class OnRejectedTests
{
    private const string DefaultRejection =
        """
        429
        Cache-Control: no-store
        Retry-After: 60
        X-RateLimit-Limit: 1
        X-RateLimit-Remaining: 0
        X-RateLimit-Reset: 1779545293
        Content-Type: application/problem+json

        {"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Request cannot be satisfied as assigned quota has been exceeded","status":429,"violated-policies":["minute"]}
        """;

    private static readonly (LogLevel Level, int Id, string Message) s_failed =
        (LogLevel.Error, 18, "OnRejected or the problem details service failed; the request is still rejected, without the response that it would have written.");

    [Fact]
    public async Task OnRejected_Given_ReplacesTheBodyAndSeesTheDecision()
    {
        var text = "";
        await using var api = await StartAsync(async rejection =>
        {
            var (response, decision) = (rejection.HttpContext.Response, rejection.Feature);
            text = string.Create(CultureInfo.InvariantCulture, $"{response.StatusCode} {decision.IsRejected} {decision.PolicyName} {decision.Principal!.Value.TokenType} {decision.RetryAfter} {decision.Statuses[0].Name} {decision.Statuses[0].IsViolated}");
            await response.WriteAsync($"Come back in {rejection.RetryAfter}.");
        });
        await api.SendAsync();
        api.Time.Advance(TimeSpan.FromSeconds(20.5));

        Assert.Equal(
            """
            429
            Cache-Control: no-store
            Retry-After: 40
            X-RateLimit-Limit: 1
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779545293

            Come back in 00:00:40.
            """,
            (await api.SendAsync()).Text);
        Assert.Equal("429 True default anonymous 00:00:39.5000000 minute True", text);
    }

    [Fact]
    public async Task OnRejected_ChangesStatusAndFields_TheyStay()
    {
        await using var api = await StartAsync(rejection =>
        {
            rejection.HttpContext.Response.StatusCode = 420;
            rejection.HttpContext.Response.Headers.CacheControl = "private";
            return ValueTask.CompletedTask;
        });
        await api.SendAsync();

        Assert.Equal(
            """
            420
            Cache-Control: private
            Retry-After: 60
            X-RateLimit-Limit: 1
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779545293


            """,
            (await api.SendAsync()).Text);
    }

    [Fact]
    public async Task OnRejected_WritesNothing_TheDefaultIsWritten()
    {
        var seen = 0;
        await using var api = await StartAsync(_ =>
        {
            seen++;
            return ValueTask.CompletedTask;
        });
        await api.SendAsync();

        Assert.Equal(DefaultRejection, (await api.SendAsync()).Text);
        Assert.Equal(1, seen);
    }

    [Fact]
    public async Task OnRejected_WritesIntoABuffer_NothingIsAdded()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow("minute", 1, TimeSpan.FromMinutes(1)).OnRejected(
                async rejection => await rejection.HttpContext.Response.WriteAsync("Come back.")),
            before: web => web.Use(async (context, next) =>
            {
                var body = context.Response.Body;
                using var buffer = new MemoryStream();
                context.Response.Body = buffer;
                await next(context);
                context.Response.Body = body;
                await body.WriteAsync(buffer.ToArray());
            }));
        await api.SendAsync();
        Assert.Equal("Come back.", (await api.SendAsync()).Body);
    }

    [Fact]
    public async Task OnRejected_ThrowsBeforeItStarts_TheDefaultIsWrittenAndLogged()
    {
        await using var api = await StartAsync(_ => throw new InvalidOperationException("The delegate fails."));
        await api.SendAsync();

        Assert.Equal(DefaultRejection, (await api.SendAsync()).Text);
        Assert.Contains(s_failed, api.Log.Entries);
    }

    [Fact]
    public async Task OnRejected_ThrowsAfterItSetFields_TheDefaultIsWritten()
    {
        // The length in particular is not that of the default body.
        await using var api = await StartAsync(rejection =>
        {
            var response = rejection.HttpContext.Response;
            response.StatusCode = StatusCodes.Status200OK;
            response.ContentType = "text/plain";
            response.ContentLength = 5;
            response.Headers.CacheControl = "public";
            response.Headers.RetryAfter = "0";
            throw new InvalidOperationException("The delegate fails.");
        });
        await api.SendAsync();

        Assert.Equal(DefaultRejection, (await api.SendAsync()).Text);
        Assert.Contains(s_failed, api.Log.Entries);
    }

    [Fact]
    public async Task OnRejected_ThrowsAfterItStarted_NothingIsAdded()
    {
        await using var api = await StartAsync(async rejection =>
        {
            await rejection.HttpContext.Response.WriteAsync("Come back");
            throw new InvalidOperationException("The delegate fails.");
        });
        await api.SendAsync();

        var rejected = await api.SendAsync();

        Assert.Equal("429 Come back", $"{(int)rejected.Status} {rejected.Body}");
        Assert.Contains(s_failed, api.Log.Entries);
    }

    [Fact]
    public async Task OnRejected_OfARequestThatNeverFits_HasNoRetryAfter()
    {
        TimeSpan? told = TimeSpan.MaxValue;
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow("minute", _ => 0, TimeSpan.FromMinutes(1))
            .OnRejected(rejection =>
            {
                told = rejection.RetryAfter;
                return ValueTask.CompletedTask;
            }));

        Assert.Null((await api.SendAsync())["Retry-After"]);
        Assert.Null(told);
    }

    private static Task<TestApi> StartAsync(Func<RateLimitRejection, ValueTask> onRejected) => TestApi.StartAsync(limits => limits
        .FixedWindow("minute", 1, TimeSpan.FromMinutes(1))
        .OnRejected(onRejected));
}
