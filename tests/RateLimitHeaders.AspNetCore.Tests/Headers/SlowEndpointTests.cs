namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Time passes between the decision and the response; the headers are true when they are sent.</summary>
public class SlowEndpointTests
{
    [Fact]
    public async Task Response_AfterAWhile_HasLessTimeAndTheSameReset()
    {
        await using var api = await StartAsync(ResetFormat.UnixSeconds);

        Assert.Equal(
            """
            200
            X-RateLimit-Limit: 2
            X-RateLimit-Remaining: 1
            X-RateLimit-Reset: 1779545293
            RateLimit: "minute";r=1;t=40
            RateLimit-Policy: "minute";q=2;w=60
            Content-Type: text/plain; charset=utf-8

            done
            """,
            (await api.SendAsync("/takes/20.5")).Text);
    }

    [Theory]
    [InlineData("/takes/0", "60")]
    [InlineData("/takes/20.5", "40")]
    [InlineData("/takes/59.9999999", "1")]
    [InlineData("/takes/60", "0")]
    [InlineData("/takes/4000", "0")]
    public async Task DeltaReset_AfterAWhile_Shrinks(string path, string expected)
    {
        await using var api = await StartAsync(ResetFormat.DeltaSeconds);

        Assert.Equal(expected, (await api.SendAsync(path))["X-RateLimit-Reset"]);
    }

    [Theory]
    [InlineData("/takes/60", "1779545293")]
    [InlineData("/takes/90.5", "1779545324")]
    public async Task Response_AfterTheWholeWindow_ShowsTheFullLimit(string path, string now)
    {
        await using var api = await StartAsync(ResetFormat.UnixSeconds);

        Assert.Equal(
            $"""
            200
            X-RateLimit-Limit: 2
            X-RateLimit-Remaining: 2
            X-RateLimit-Reset: {now}
            RateLimit: "minute";r=2
            RateLimit-Policy: "minute";q=2;w=60
            Content-Type: text/plain; charset=utf-8

            done
            """,
            (await api.SendAsync(path)).Text);
    }

    [Fact]
    public async Task Response_AfterTheWholeWindow_ShowsTheUseOfOthersInTheNextWindow()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var leave = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow("minute", 5, Minute).Headers(headers => headers.XRateLimit().Ietf()),
            web =>
            {
                web.MapGet("/", () => "hello");
                web.MapGet("/waits", async () =>
                {
                    entered.SetResult();
                    await leave.Task;
                });
            });

        var slow = api.SendAsync("/waits");
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(60));
        api.Time.Advance(TimeSpan.FromSeconds(90));
        await api.SendAsync();
        await api.SendAsync();
        api.Time.Advance(TimeSpan.FromSeconds(10));
        leave.SetResult();

        // The next window began 90 s after the first, and 10 s of it are over.
        Assert.Equal(
            """
            X-RateLimit-Limit: 5
            X-RateLimit-Remaining: 3
            X-RateLimit-Reset: 1779545383
            RateLimit: "minute";r=3;t=50
            RateLimit-Policy: "minute";q=5;w=60
            """,
            (await slow).LimitHeaders);
    }

    [Fact]
    public async Task Response_OneOfSeveralWindowsIsOver_TheOtherStillCounts()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .FixedWindow("minute", 2, Minute)
                .FixedWindow("hour", 100, TimeSpan.FromHours(1))
                .Headers(headers => headers.Ietf()),
            Map);

        Assert.Equal("\"minute\";r=2, \"hour\";r=99;t=3510", (await api.SendAsync("/takes/90"))["RateLimit"]);
    }

    [Fact]
    public async Task Response_AfterItsTokensWereRefilled_ShowsTheRemainingOfItsDecision()
    {
        var entered = 0;
        var leave = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var api = await TestApi.StartAsync(
            limits => limits
                .TokenBucket("burst", capacity: 20, refillPerSecond: 10)
                .FixedWindow("hourly", 100, TimeSpan.FromHours(1))
                .Headers(headers => headers.Ietf()),
            web =>
            {
                Map(web);
                web.MapGet("/waits", () =>
                {
                    Interlocked.Increment(ref entered);
                    return leave.Task;
                });
            });

        var responses = Enumerable.Range(0, 3).Select(_ => api.SendAsync("/waits")).ToArray();
        await Eventually.IsTrueAsync(() => Volatile.Read(ref entered) == 3, "Not all requests were admitted.");
        api.Time.Advance(TimeSpan.FromSeconds(0.6));
        leave.SetResult();

        var fields = await Task.WhenAll(responses);
        Assert.Equal(
            [
                "\"burst\";r=17;t=0, \"hourly\";r=97;t=3600",
                "\"burst\";r=18;t=0, \"hourly\";r=98;t=3600",
                "\"burst\";r=19;t=0, \"hourly\";r=99;t=3600",
            ],
            fields.Select(response => response["RateLimit"]).Order());

        // In 2 s an empty bucket is full.
        Assert.Equal("\"burst\";r=20, \"hourly\";r=96;t=3598", (await api.SendAsync("/takes/2"))["RateLimit"]);
    }

    [Fact]
    public async Task Rejection_WrittenLate_HasNoResetInThePast()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow(1, Minute)
            .OnRejected(rejection =>
            {
                TimeOf(rejection.HttpContext.RequestServices).Advance(TimeSpan.FromSeconds(100));
                return ValueTask.CompletedTask;
            }));
        await api.SendAsync();

        Assert.Equal("1779545333", (await api.SendAsync())["X-RateLimit-Reset"]);
    }

    private static Task<TestApi> StartAsync(ResetFormat format) => TestApi.StartAsync(
        limits => limits
            .FixedWindow("minute", 2, Minute)
            .Headers(headers => headers.XRateLimit(options => options.Reset = format).Ietf()),
        Map);

    private static void Map(WebApplication web) => web.MapGet("/takes/{seconds}", (double seconds) =>
    {
        TimeOf(web.Services).Advance(TimeSpan.FromSeconds(seconds));
        return "done";
    });

    private static ManualTimeProvider TimeOf(IServiceProvider services) => (ManualTimeProvider)services.GetService(typeof(TimeProvider))!;
}
