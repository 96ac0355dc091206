namespace RateLimitHeaders.AspNetCore.Tests;

public class CultureTests
{
    private static readonly Dictionary<ResetFormat, string> s_resets = new()
    {
        [ResetFormat.UnixSeconds] = "1779545237",
        [ResetFormat.UnixMilliseconds] = "1779545236781",
        [ResetFormat.DeltaSeconds] = "4",
        [ResetFormat.Iso8601] = "2026-05-23T14:07:17Z",
        [ResetFormat.Iso8601Minutes] = "2026-05-23T14:08Z",
        [ResetFormat.HttpDate] = "Sat, 23 May 2026 14:07:17 GMT",
    };

    [Theory]
    [MemberData(nameof(Cultures.Names), MemberType = typeof(Cultures))]
    public async Task Headers_RequestOfAnotherCulture_AreInvariant(string culture)
    {
        foreach (var (format, reset) in s_resets)
        {
            await using var api = await StartAsync(culture, limits => limits
                .TokenBucket("rate", 952.38095238095, TimeSpan.FromHours(1))
                .Headers(headers => headers.XRateLimit(options => options.Reset = format).Ietf()));

            // A token comes back in 3.78 s.
            Assert.Equal(
                $"""
                200
                X-RateLimit-Limit: 952.38095238095
                X-RateLimit-Remaining: 951
                X-RateLimit-Reset: {reset}
                RateLimit: "rate";r=951;t=3
                RateLimit-Policy: "rate";q=952;w=3600

                hello
                """,
                (await api.SendAsync()).Text);
        }
    }

    [Theory]
    [MemberData(nameof(Cultures.Names), MemberType = typeof(Cultures))]
    public async Task Rejection_OfARequestOfAnotherCulture_IsInvariant(string culture)
    {
        await using var api = await StartAsync(culture, limits => limits
            .FixedWindow("WAITING-I", 1.5, TimeSpan.FromHours(1))
            .Headers(headers => headers.XRateLimit().Bitbucket(nearLimit: 0.5).Jira()));
        await api.SendAsync();

        Assert.Equal(
            """
            429
            Cache-Control: no-store
            Retry-After: 3600
            X-RateLimit-Limit: 1.5
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 2026-05-23T15:07:13Z
            X-RateLimit-Resource: default
            X-RateLimit-NearLimit: true
            RateLimit-Reason: WAITING-I
            Content-Type: application/problem+json

            {"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Request cannot be satisfied as assigned quota has been exceeded","status":429,"violated-policies":["WAITING-I"]}
            """,
            (await api.SendAsync()).Text);
    }

    private static Task<TestApi> StartAsync(string culture, Action<RateLimitsBuilder> limits) => TestApi.StartAsync(
        limits,
        web => web.MapGet("/", (HttpContext context) => context.Response.WriteAsync("hello")),
        before: web => web.Use((HttpContext context, RequestDelegate next) =>
        {
            Cultures.Use(culture);
            return next(context);
        }));
}
