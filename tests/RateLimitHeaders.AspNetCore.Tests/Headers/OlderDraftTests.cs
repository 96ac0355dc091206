namespace RateLimitHeaders.AspNetCore.Tests;

public class OlderDraftTests
{
    [Fact]
    public async Task Draft07_SeveralQuotas_ShowsTheDecisiveOneAndThePolicies()
    {
        await using var api = await StartAsync(headers => headers.IetfDraft07());

        Assert.Equal(
            """
            200
            RateLimit: limit=10, remaining=9, reset=60
            RateLimit-Policy: 100;w=3600, 10;w=60
            Content-Type: text/plain; charset=utf-8

            hello
            """,
            (await api.SendAsync()).Text);

        api.Time.Advance(TimeSpan.FromSeconds(20.5));
        Assert.Equal("limit=10, remaining=8, reset=40", (await api.SendAsync())["RateLimit"]);
    }

    [Fact]
    public async Task Draft06_SeveralQuotas_ShowsTheDecisiveOneAndThePolicies()
    {
        await using var api = await StartAsync(headers => headers.IetfDraft06());

        Assert.Equal(
            """
            200
            RateLimit-Limit: 10
            RateLimit-Remaining: 9
            RateLimit-Reset: 60
            RateLimit-Policy: 100;w=3600, 10;w=60
            Content-Type: text/plain; charset=utf-8

            hello
            """,
            (await api.SendAsync()).Text);
    }

    [Theory]
    [InlineData(true, "RateLimit: limit=20, remaining=15, reset=60\nRateLimit-Policy: 1000;w=3600, 20;w=60")]
    [InlineData(false, "RateLimit-Limit: 20\nRateLimit-Remaining: 15\nRateLimit-Reset: 60\nRateLimit-Policy: 1000;w=3600, 20;w=60")]
    public async Task OlderDrafts_AnotherWindowIsCloserToExhaustion_ShowTheLowerRemaining(bool draft07, string expected)
    {
        // Half of the thousand is used, and a quarter of the twenty.
        await using var api = await TestApi.StartAsync(limits => limits
            .AddPolicy("api", policy => policy.Cost("hour", 500).Cost("minute", 5).ForOthers(plan => plan
                .FixedWindow("hour", 1_000, TimeSpan.FromHours(1))
                .FixedWindow("minute", 20, TimeSpan.FromMinutes(1))))
            .DefaultPolicy("api")
            .Headers(headers => _ = draft07 ? headers.IetfDraft07() : headers.IetfDraft06()));

        Assert.Equal(expected, (await api.SendAsync()).LimitHeaders);
    }

    [Fact]
    public async Task Draft06_FractionalLimitAndWindow_PrintsIntegers()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow("odd", 2.9, TimeSpan.FromSeconds(1.5))
            .Headers(headers => headers.IetfDraft06()));

        Assert.Equal(
            """
            RateLimit-Limit: 2
            RateLimit-Remaining: 1
            RateLimit-Reset: 2
            RateLimit-Policy: 2;w=2
            """,
            (await api.SendAsync()).LimitHeaders);
    }

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "RateLimit-Limit: 1\nRateLimit-Remaining: 0")]
    public async Task OlderDrafts_ConcurrencyDecides_LeaveOutWhatNeedsATime(bool draft07, string expected)
    {
        // -07 requires a reset, -06 has fields of their own for each fact; both require a window in the policy.
        await using var api = await TestApi.StartAsync(limits => limits
            .Concurrency("slots", 1)
            .Headers(headers => _ = draft07 ? headers.IetfDraft07() : headers.IetfDraft06()));

        Assert.Equal(expected, (await api.SendAsync()).LimitHeaders);
    }

    private static Task<TestApi> StartAsync(Action<HeadersBuilder> headers) => TestApi.StartAsync(limits => limits
        .FixedWindow("hour", 100, TimeSpan.FromHours(1))
        .FixedWindow("minute", 10, TimeSpan.FromMinutes(1))
        .Headers(headers));
}
