using System.Globalization;
using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What keeps callers from coming all at once: the cap on the advertised rate, and jitter.</summary>
public class FloodTests
{
    [Fact]
    public async Task Cap_NearTheEndOfTheWindow_LowersWhatIsShown()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow("minute", 100, Minute)
            .Headers(headers => headers.XRateLimit().Ietf().CapAdvertisedRate(1)));
        var shown = new List<string?>();
        double passed = 0;

        foreach (var second in (double[])[0, 30, 50, 59.2])
        {
            api.Time.Advance(TimeSpan.FromSeconds(second - passed));
            passed = second;
            var response = await api.SendAsync();
            Assert.StartsWith($"\"minute\";r={response["X-RateLimit-Remaining"]};", response["RateLimit"], StringComparison.Ordinal);
            shown.Add(response["RateLimit"]);
        }

        Assert.Equal(
            ["\"minute\";r=60;t=60", "\"minute\";r=30;t=30", "\"minute\";r=10;t=10", "\"minute\";r=1;t=1"], shown);
    }

    [Fact]
    public async Task Cap_FewerAreLeft_ShowsThoseAndGrantsThemAll()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow("minute", 20, Minute)
            .Headers(headers => headers.XRateLimit().CapAdvertisedRate(1)));
        await api.SendAsync();
        api.Time.Advance(TimeSpan.FromSeconds(50));

        var shown = new List<string?>();
        for (var request = 2; request <= 20; request++)
        {
            var granted = await api.SendAsync();
            Assert.Equal(HttpStatusCode.OK, granted.Status);
            shown.Add(granted["X-RateLimit-Remaining"]);
        }

        Assert.Equal("10 10 10 10 10 10 10 10 10 9 8 7 6 5 4 3 2 1 0", string.Join(' ', shown));
        Assert.Equal(
            """
            Cache-Control: no-store
            Retry-After: 10
            X-RateLimit-Limit: 20
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779545293
            """,
            (await api.SendAsync()).LimitHeaders);
    }

    [Fact]
    public async Task Cap_NothingUsed_ShowsAll()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .DefaultPolicy(policy => policy.Cost(0).FixedWindow(100, Minute))
            .Headers(headers => headers.XRateLimit().CapAdvertisedRate(1)));

        Assert.Equal("100", (await api.SendAsync())["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Jitter_AdmittedAndRejected_MakesTimesLaterAndNeverEarlier()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow("minute", 100, Minute)
            .Headers(headers => headers.XRateLimit().Ietf().Jitter(TimeSpan.FromSeconds(7))));
        await api.SendAsync();
        api.Time.Advance(TimeSpan.FromSeconds(20.5));

        // 39.5 s are left: 40 to 47 are told.
        var told = new List<long>();
        for (var request = 2; request <= 200; request++)
        {
            var response = await api.SendAsync();
            Assert.Equal("1779545293", response["X-RateLimit-Reset"]);
            var t = long.Parse(response["RateLimit"]!.Split(";t=")[1], CultureInfo.InvariantCulture);
            Assert.InRange(t, 40, 47);
            told.Add(t);
            if (request > 100)
            {
                Assert.Equal(HttpStatusCode.TooManyRequests, response.Status);
                Assert.Equal(t, long.Parse(response["Retry-After"]!, CultureInfo.InvariantCulture));
            }
        }

        // The odds against 199 draws of the same one are as good as none.
        Assert.NotEqual(told.Min(), told.Max());
    }

    [Theory]
    [InlineData(IetfDraft.Draft06)]
    [InlineData(IetfDraft.Draft07)]
    public async Task Jitter_OfAnOlderDraft_LeavesResetAsItIs(IetfDraft draft)
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow("minute", 10, Minute)
            .Headers(headers => headers.Ietf(fields => fields.Draft = draft).Jitter(TimeSpan.FromSeconds(7))));
        await api.SendAsync();
        api.Time.Advance(TimeSpan.FromSeconds(20.5));
        for (var request = 2; request <= 50; request++)
        {
            var response = await api.SendAsync();
            Assert.Equal("40", draft == IetfDraft.Draft06 ? response["RateLimit-Reset"] : response["RateLimit"]!.Split("reset=")[1]);
        }
    }

    [Fact]
    public async Task Jitter_CostOfSeveralPermits_RetryAfterIsNotBeforeMoreComes()
    {
        // More comes with the next token, and enough with the third.
        await using var api = await TestApi.StartAsync(limits => limits
            .DefaultPolicy(policy => policy.Cost(3).TokenBucket("bucket", capacity: 3, refillPerSecond: 0.1))
            .Headers(headers => headers.Ietf().Jitter(TimeSpan.FromSeconds(2.5))));
        await api.SendAsync();

        for (var request = 0; request < 50; request++)
        {
            var rejected = await api.SendAsync();
            var t = long.Parse(rejected["RateLimit"]!.Split(";t=")[1], CultureInfo.InvariantCulture);
            var retryAfter = long.Parse(rejected["Retry-After"]!, CultureInfo.InvariantCulture);

            Assert.InRange(t, 10, 13);
            Assert.InRange(retryAfter, 30, 33);
            Assert.Equal(20, retryAfter - t);
        }
    }
}
