namespace RateLimitHeaders.AspNetCore.OpenApi.Tests;

public class FieldTests
{
    [Theory]
    [InlineData(null, "X-RateLimit-Limit = #, X-RateLimit-Remaining = #, X-RateLimit-Reset = #", "`RateLimit` and `RateLimit-Policy`")]
    [InlineData(RateLimitFieldFamily.XRateLimit, "X-RateLimit-Limit = #, X-RateLimit-Remaining = #, X-RateLimit-Reset = #", "`RateLimit` and `RateLimit-Policy`")]
    [InlineData(RateLimitFieldFamily.Ietf, "RateLimit = #, RateLimit-Policy = #", "`X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset`")]
    public async Task Fields_OfSeveralFamilies_AreDocumentedForOneAndNamedForTheOther(RateLimitFieldFamily? family, string told, string named)
    {
        await using var api = await DocumentedApi.StartAsync(
            limits => limits.FixedWindow("q", 5, Hour).Headers(headers => headers.XRateLimit().Ietf()), family: family);

        var operation = await api.OperationAsync();

        Assert.Equal(told, operation.HeadersOf("200"));
        Assert.Equal(
            $"**Rate limits** of policy `default`: `q`: 5 requests in a window of 1 hour.\n\nResponses also carry {named}, of the same limits.",
            operation["description"]!.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(RateLimitFieldFamily.XRateLimit)]
    public async Task Family_ThatIsNotSent_GivesWayToTheOther(RateLimitFieldFamily? family)
    {
        await using var api = await DocumentedApi.StartAsync(limits => limits.FixedWindow("q", 5, Hour).Headers(headers => headers.Ietf()), family: family);
        Assert.Equal("RateLimit = #, RateLimit-Policy = #", (await api.OperationAsync()).HeadersOf("200"));
    }

    [Fact]
    public async Task Fields_OnRejectionsOnly_AreDocumentedOn429Only()
    {
        await using var api = await DocumentedApi.StartAsync(
            limits => limits.FixedWindow("q", 5, Hour).Headers(headers => headers.When(HeadersWhen.Rejected).Reason("Why!")));

        var operation = await api.OperationAsync();

        Assert.Equal("none", operation.HeadersOf("200"));
        Assert.Equal(
            "Retry-After = #, X-RateLimit-Limit = #, X-RateLimit-Remaining = #, X-RateLimit-Reset = #, Why! = #/components/headers/Why_",
            operation.HeadersOf("429"));
        Assert.Equal(
            "Which limit rejected the request.",
            (await api.DocumentAsync())["components"]!["headers"]!["Why_"]!["description"]!.ToString());
        Assert.Equal(
            "**Rate limits** of policy `default`: `q`: 5 requests in a window of 1 hour. Rejections carry rate limit fields.",
            operation["description"]!.ToString());
    }

    [Fact]
    public async Task Reset_OfAConcurrencyQuota_IsDocumentedOn429Only()
    {
        await using var api = await DocumentedApi.StartAsync(limits => limits.Concurrency("open", 2));

        var operation = await api.OperationAsync();

        Assert.Equal("X-RateLimit-Limit = #, X-RateLimit-Remaining = #", operation.HeadersOf("200"));
        Assert.Equal(
            "Retry-After = #, X-RateLimit-Limit = #, X-RateLimit-Remaining = #, X-RateLimit-Reset = #",
            operation.HeadersOf("429"));
        Assert.Equal("**Rate limits** of policy `default`: `open`: 2 requests at the same time.", operation["description"]!.ToString());
    }

    [Fact]
    public async Task Fields_OfSomePlans_AreDescribedPerPlan()
    {
        await using var api = await DocumentedApi.StartAsync(limits => limits.DefaultPolicy(policy => policy
            .For("user", plan => plan.FixedWindow("q", 5, Hour).WithHeaders(HeadersWhen.NearLimit))
            .ForAnonymous(plan => plan.FixedWindow("q", 1, Hour).WithoutHeaders())));

        Assert.Equal(
            "When to come back, or when the whole limit is available again: seconds since 1970-01-01 UTC.",
            (await api.DocumentAsync())["components"]!["headers"]!["X-RateLimit-Reset"]!["description"]!.ToString());
        Assert.Equal(
            """
            **Rate limits** of policy `default`:

            - `user`: `q`: 5 requests in a window of 1 hour. Responses carry rate limit fields near a limit and on rejections.
            - `anonymous`: `q`: 1 request in a window of 1 hour. Responses carry no rate limit fields.
            """,
            (await api.OperationAsync())["description"]!.ToString());
    }

    [Fact]
    public async Task Fields_OfOperationsThatSendThemOnOtherResponses_AreDescribedInTheSameWay()
    {
        await using var api = await DocumentedApi.StartAsync(
            limits => limits
                .AddPolicy("rejected", policy => policy.ForOthers(plan => plan.FixedWindow("q", 1, Hour).WithHeaders(HeadersWhen.Rejected)))
                .AddPolicy("always", policy => policy.FixedWindow("q", 1, Hour)),
            app =>
            {
                app.MapGet("/a", () => "").RequireRateLimiting("rejected");
                app.MapGet("/b", () => "").RequireRateLimiting("always");
            });

        Assert.Equal(
            "The limit of the quota that is closest to exhaustion.",
            (await api.DocumentAsync())["components"]!["headers"]!["X-RateLimit-Limit"]!["description"]!.ToString());
        Assert.Equal(
            [
                "**Rate limits** of policy `rejected`: `q`: 1 request in a window of 1 hour. Rejections carry rate limit fields.",
                "**Rate limits** of policy `always`: `q`: 1 request in a window of 1 hour.",
            ],
            [(await api.OperationAsync("/a"))["description"]!.ToString(), (await api.OperationAsync("/b"))["description"]!.ToString()]);
    }

    [Theory]
    [InlineData(false, "Responses carry no rate limit fields.")]
    [InlineData(true, "Responses may carry `Beta-X-RateLimit-Limit`, `Beta-X-RateLimit-Remaining` and `Beta-X-RateLimit-Reset`.")]
    public async Task Plans_ReportOnlyOrPartlyEnforced_AreDescribedWithTheirEnforcement(bool haveFields, string fields)
    {
        await using var api = await DocumentedApi.StartAsync(limits => limits
            .Principals(who => who.FromClaim("a", "a").FromUser())
            .DefaultPolicy(policy => policy
                .For("a", plan => plan.FixedWindow("q", 5, Hour).EnforceFor(0.125))
                .For("user", plan => plan.FixedWindow("q", 5, Hour))
                .ForAnonymous(plan => plan.FixedWindow("q", 1, Hour).ReportOnly()))
            .Headers(headers => _ = haveFields ? headers.XRateLimit().ReportOnly() : headers.XRateLimit()));

        var operation = await api.OperationAsync();
        Assert.Equal(
            $"""
            **Rate limits** of policy `default`:

            - `a`: `q`: 5 requests in a window of 1 hour, for 12.5 % of the callers.
            - `user`: `q`: 5 requests in a window of 1 hour.
            - `anonymous`: `q`: 1 request in a window of 1 hour, report-only: no request is rejected. {fields}
            """,
            operation["description"]!.ToString());
        Assert.Equal("X-RateLimit-Limit = #, X-RateLimit-Remaining = #, X-RateLimit-Reset = #", operation.HeadersOf("200"));
    }

    [Fact]
    public async Task Plans_OfManyKinds_AreDescribedInWords()
    {
        await using var api = await DocumentedApi.StartAsync(limits => limits
            .Principals(who => who.FromClaim("a", "a").FromClaim("b", "b").FromClaim("c", "c").FromUser())
            .DefaultPolicy(policy => policy
                .For("a", plan => plan.TokenBucket("burst", 20, 10).SlidingWindow("daily", _ => 5, TimeSpan.FromDays(1)).Concurrency("parallel", 3))
                .For("b", plan => plan.FixedWindow("volume", 1_500_000.5, TimeSpan.FromSeconds(90), unit: QuotaUnits.ContentBytes))
                .For("c", plan => plan.Exempt())
                .ForOthers(plan => plan
                    .SlidingWindow("short", 1, TimeSpan.FromMilliseconds(1.5))
                    .CalendarWindow("monthly", 100, CalendarPeriod.Month, "Europe/Berlin"))));

        Assert.Equal(
            """
            **Rate limits** of policy `default`:

            - `a`: `burst`: 20 requests at once, which come back evenly within 2 seconds; `daily`: requests in any 1 day, by a limit that depends on the caller; `parallel`: 3 requests at the same time.
            - `b`: `volume`: 1,500,000.5 bytes of content in a window of 90 seconds.
            - `c`: not limited.
            - `user` and `anonymous`: `short`: 1 request in any 0.0015 seconds; `monthly`: 100 requests in a calendar month (Europe/Berlin).
            """,
            (await api.OperationAsync())["description"]!.ToString());
    }
}
