namespace RateLimitHeaders.AspNetCore.Tests;

public class IetfTests
{
    private static readonly string[] s_alice = ["sub=alice"];

    [Fact]
    public async Task Response_SeveralQuotas_HasAnItemForEach()
    {
        await using var api = await StartAsync(policy => policy
            .FixedWindow("minute", 100, Minute)
            .SlidingWindow("hourly", 1_000, TimeSpan.FromHours(1))
            .TokenBucket("burst", capacity: 20, refillPerSecond: 0.4));

        Assert.Equal(
            """
            200
            RateLimit: "minute";r=99;t=60, "hourly";r=999;t=3600, "burst";r=19;t=3
            RateLimit-Policy: "minute";q=100;w=60, "hourly";q=1000;w=3600, "burst";q=20;w=50
            Content-Type: text/plain; charset=utf-8

            hello
            """,
            (await api.SendAsync()).Text);
    }

    [Fact]
    public async Task T_IsUntilMoreComes_NotUntilAllIsBack()
    {
        // One token in 10 s, all four in 40 s.
        await using var api = await StartAsync(policy => policy.TokenBucket("slow", capacity: 4, refillPerSecond: 0.1), xRateLimit: true);
        await api.SendAsync();
        api.Time.Advance(TimeSpan.FromSeconds(2.5));

        var second = await api.SendAsync();

        Assert.Equal(
            """
            X-RateLimit-Limit: 4
            X-RateLimit-Remaining: 2
            X-RateLimit-Reset: 1779545253
            RateLimit: "slow";r=2;t=8
            RateLimit-Policy: "slow";q=4;w=40
            """,
            second.LimitHeaders);
    }

    [Fact]
    public async Task T_NothingUsed_IsLeftOut()
    {
        await using var api = await StartAsync(policy => policy
            .Cost(0)
            .FixedWindow("minute", 100, Minute)
            .SlidingWindow("hourly", 1_000, TimeSpan.FromHours(1))
            .TokenBucket("burst", capacity: 20, refillPerSecond: 10));

        Assert.Equal("\"minute\";r=100, \"hourly\";r=1000, \"burst\";r=20", (await api.SendAsync())["RateLimit"]);
    }

    [Fact]
    public async Task T_AllRefunded_IsLeftOut()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow("minute", 100, Minute).Headers(headers => headers.Ietf()),
            web => web.MapGet("/", (HttpContext context) => context.GetRateLimitFeature()!.RefundAsync(1)));

        Assert.Equal("\"minute\";r=100", (await api.SendAsync())["RateLimit"]);
    }

    [Fact]
    public async Task Integers_FractionalLimitAndWindow_AreRoundedDownAndUp()
    {
        await using var api = await StartAsync(policy => policy
            .FixedWindow("odd", 2.9, TimeSpan.FromSeconds(1.5))
            .TokenBucket("rate", 952.38095238095, TimeSpan.FromHours(1)));

        // A token in 3,780 ms; the bucket held 952.38 and so 951.38.
        Assert.Equal(
            """
            RateLimit: "odd";r=1;t=2, "rate";r=951;t=3
            RateLimit-Policy: "odd";q=2;w=2, "rate";q=952;w=3600
            """,
            (await api.SendAsync()).LimitHeaders);
    }

    [Fact]
    public async Task Unit_OtherThanRequests_IsInThePolicyField()
    {
        await using var api = await StartAsync(policy => policy
            .FixedWindow("traffic", 1_000_000, Minute, unit: QuotaUnits.ContentBytes)
            .Concurrency("slots", 5));

        // What is held comes back with its request and not with time: no t and no w.
        Assert.Equal(
            """
            RateLimit: "traffic";r=999999;t=60, "slots";r=4
            RateLimit-Policy: "traffic";q=1000000;qu="content-bytes";w=60, "slots";q=5;qu="concurrent-requests"
            """,
            (await api.SendAsync()).LimitHeaders);
    }

    [Fact]
    public async Task Name_WithQuotesAndBackslash_IsEscaped()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("""say "hi" \o/""", 5, Minute));

        Assert.Equal(
            """
            RateLimit: "say \"hi\" \\o/";r=4;t=60
            RateLimit-Policy: "say \"hi\" \\o/";q=5;w=60
            """,
            (await api.SendAsync()).LimitHeaders);
    }

    [Fact]
    public async Task Policy_LimitsThatDependOnTheCaller_AreThatCallers()
    {
        // The texts are kept between responses of a plan: one caller's must not reach another.
        await using var api = await StartAsync(
            policy => policy.FixedWindow("minute", caller => caller.Principal.Id == "Test:sub:alice" ? 100.5 : 10, Minute), xRateLimit: true);

        var alice = await api.SendAsync(claims: s_alice);
        var bob = await api.SendAsync(claims: ["sub=bob"]);
        var aliceAgain = await api.SendAsync(claims: s_alice);

        Assert.Equal("100.5 \"minute\";q=100;w=60", LimitsOf(alice));
        Assert.Equal("10 \"minute\";q=10;w=60", LimitsOf(bob));
        Assert.Equal("100.5 \"minute\";q=100;w=60", LimitsOf(aliceAgain));

        static string LimitsOf(TestResponse response) => $"{response["X-RateLimit-Limit"]} {response["RateLimit-Policy"]}";
    }

    private static Task<TestApi> StartAsync(Action<PolicyBuilder> policy, bool xRateLimit = false) => TestApi.StartAsync(limits => limits
        .DefaultPolicy(policy)
        .Headers(headers => _ = xRateLimit ? headers.XRateLimit().Ietf() : headers.Ietf()));
}
