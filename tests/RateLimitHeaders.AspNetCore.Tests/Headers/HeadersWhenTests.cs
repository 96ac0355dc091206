using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

public class HeadersWhenTests
{
    private const string Rejection =
        """
        Cache-Control: no-store
        Retry-After: 60
        X-RateLimit-Limit: 5
        X-RateLimit-Remaining: 0
        X-RateLimit-Reset: 1779545293
        """;

    private const string SilentRejection =
        """
        Cache-Control: no-store
        Retry-After: 60
        """;

    // Which of the five granted responses have headers: 4 to 0 of 5 are left then, and a fifth is not near the limit.
    [Theory]
    [InlineData(HeadersWhen.Always, "43210", Rejection)]
    [InlineData(HeadersWhen.NearLimit, "0", Rejection)]
    [InlineData(HeadersWhen.Rejected, "", Rejection)]
    [InlineData(HeadersWhen.Never, "", SilentRejection)]
    public async Task Headers_OfAPlanAndOfAll_ComeWhenConfigured(HeadersWhen when, string remaining, string rejection)
    {
        var other = when == HeadersWhen.Always ? HeadersWhen.Never : HeadersWhen.Always;
        Action<RateLimitsBuilder>[] ways =
        [
            limits => limits.FixedWindow(5, TimeSpan.FromMinutes(1)).Headers(headers => headers.When(when)),
            limits => limits
                .DefaultPolicy(policy => policy.ForOthers(plan => plan.FixedWindow(5, TimeSpan.FromMinutes(1)).WithHeaders(when)))
                .Headers(headers => headers.When(other)),
        ];

        foreach (var way in ways)
        {
            await using var api = await TestApi.StartAsync(way);
            var told = new List<string?>();
            for (var request = 0; request < 5; request++)
            {
                var granted = await api.SendAsync();
                Assert.Equal(granted["X-RateLimit-Remaining"] is null, granted.LimitHeaders.Length == 0);
                told.Add(granted["X-RateLimit-Remaining"]);
            }

            Assert.Equal(remaining, string.Concat(told));
            Assert.Equal(rejection, (await api.SendAsync()).LimitHeaders);
        }
    }

    [Fact]
    public async Task WithoutHeaders_Rejection_StillHasItsBodyAndRetryAfter()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .DefaultPolicy(policy => policy
                .ForAnonymous(plan => plan.FixedWindow("main", 1, TimeSpan.FromMinutes(1)).WithoutHeaders())
                .ForOthers(plan => plan.FixedWindow("main", 1, TimeSpan.FromMinutes(1)))));
        await api.SendAsync();

        Assert.Equal(
            """
            429
            Cache-Control: no-store
            Retry-After: 60
            Content-Type: application/problem+json

            {"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Request cannot be satisfied as assigned quota has been exceeded","status":429,"violated-policies":["main"]}
            """,
            (await api.SendAsync()).Text);
        Assert.Equal("0", (await api.SendAsync(claims: ["sub=alice"]))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task NearLimit_ShareOfItsOwn_DecidesWhen()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow(4, TimeSpan.FromMinutes(1))
            .Headers(headers => headers.XRateLimit().When(HeadersWhen.NearLimit).NearLimit(0.6)));

        Assert.Null((await api.SendAsync())["X-RateLimit-Remaining"]);
        Assert.Equal("2", (await api.SendAsync())["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task NearLimit_AnyOfSeveralQuotas_Counts()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow("hour", 100, TimeSpan.FromHours(1))
            .FixedWindow("minute", 2, TimeSpan.FromMinutes(1))
            .Headers(headers => headers.XRateLimit().When(HeadersWhen.NearLimit)));

        Assert.Equal("", (await api.SendAsync()).LimitHeaders);
        var second = await api.SendAsync();
        Assert.Equal((HttpStatusCode.OK, "0"), (second.Status, second["X-RateLimit-Remaining"]));
    }
}
