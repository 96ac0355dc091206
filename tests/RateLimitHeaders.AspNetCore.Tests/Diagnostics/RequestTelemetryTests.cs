using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class RequestTelemetryTests
{
    private const string Rejections = "rate_limit_headers.rejections";
    private const string NearLimit = "rate_limit_headers.near_limit_requests";
    private const string Charges = "rate_limit_headers.charges";
    private const string Refunds = "rate_limit_headers.refunds";
    private const string Alice = "policy=api token_type=user";

    [Fact]
    public async Task Rejection_IsCountedByTheQuotaWithTheLongestWait()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("burst", 2, Minute).FixedWindow("daily", 3, TimeSpan.FromDays(1)));
        using var measured = RecordedMeasurements.Of(api);
        await SendAsync(api, times: 3);
        Assert.Equal([(1, $"{Alice} quota=burst")], measured.Of(Rejections));
        api.Time.Advance(Minute);
        await SendAsync(api, times: 2);
        Assert.Equal([(1, $"{Alice} quota=burst"), (1, $"{Alice} quota=daily")], measured.Of(Rejections));
    }

    [Fact]
    public async Task Requests_OfTheApplicationsOwnLimiter_HaveNoQuota()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("own", _ => RateLimitPartition.GetFixedWindowLimiter(
                string.Empty, _ => new FixedWindowRateLimiterOptions { PermitLimit = 1, Window = Minute })),
            web => web.MapGet("/", () => "hello").RequireRateLimiting("own"));
        using var measured = RecordedMeasurements.Of(api);
        await SendAsync(api, times: 2);
        Assert.Equal([(1, "policy=own token_type=none")], measured.Of(NearLimit));
        Assert.Equal([(1, "policy=own token_type=none")], measured.Of(Rejections));
        Assert.Empty(measured.Of(Charges));
    }

    [Fact]
    public async Task NearLimit_IsCountedByTheQuotaWithTheSmallestShareLeft()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("wide", 10, Minute).FixedWindow("narrow", 4, TimeSpan.FromHours(1)));
        using var measured = RecordedMeasurements.Of(api);

        // 25% of the narrow quota are left after three requests, and none after the fourth; the fifth is rejected.
        await SendAsync(api, times: 3);
        Assert.Empty(measured.Of(NearLimit));
        await SendAsync(api, times: 2);
        Assert.Equal([(1, $"{Alice} quota=narrow")], measured.Of(NearLimit));
    }

    [Fact]
    public async Task Charges_AreCountedByQuotaAndUnit()
    {
        await using var api = await StartAsync(policy => policy
            .FixedWindow("calls", 5, Minute)
            .FixedWindow("bytes", 1_000, Minute, unit: QuotaUnits.ContentBytes)
            .Concurrency("slots", 9)
            .Cost("bytes", 200));
        using var measured = RecordedMeasurements.Of(api);
        await SendAsync(api, times: 1);
        Assert.Equal(
            [(1, $"{Alice} quota=calls unit=requests"), (200, $"{Alice} quota=bytes unit=content-bytes")], measured.Of(Charges));
        Assert.Empty(measured.Of(Refunds));
    }

    [Fact]
    public async Task Charges_OfARejectedRequest_AreNone()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("calls", 1, Minute).FixedWindow("all", 9, Minute));
        await SendAsync(api, times: 1);
        using var measured = RecordedMeasurements.Of(api);
        await SendAsync(api, times: 1);
        Assert.Single(measured.Of(Rejections));
        Assert.Empty(measured.Of(Charges));
    }

    [Fact]
    public async Task Adjustments_OfTheEndpoint_AreCounted()
    {
        await using var api = await StartAsync(
            policy => policy.FixedWindow("calls", 9, Minute).FixedWindow("bytes", 1_000, Minute, unit: QuotaUnits.ContentBytes).Cost("bytes", PermitCost.AnyLeft),
            async (HttpContext context) =>
            {
                var feature = context.GetRateLimitFeature()!;
                await feature.ChargeAsync("bytes", 300);
                await feature.RefundAsync("bytes", 100);
                await feature.ChargeAsync(0);
            });
        using var measured = RecordedMeasurements.Of(api);
        await SendAsync(api, times: 1);
        Assert.Equal(
            [(1, $"{Alice} quota=calls unit=requests"), (300, $"{Alice} quota=bytes unit=content-bytes")], measured.Of(Charges));
        Assert.Equal([(100, $"{Alice} quota=bytes unit=content-bytes")], measured.Of(Refunds));
    }

    [Fact]
    public async Task Request_ThatIsNotLimited_IsNotMeasured()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("api", policy => policy.FixedWindow(1, Minute).Exempt("user")),
            web =>
            {
                web.MapGet("/", () => "hello").RequireRateLimiting("api");
                web.MapGet("/free", () => "hello");
            });
        var factory = api.Services.GetRequiredService<IMeterFactory>();
        using var ours = new RecordedMeasurements(factory);
        using var stock = new RecordedMeasurements(factory, StockMetrics.MeterName);
        await SendAsync(api, times: 2);
        await api.SendAsync("/free");
        Assert.Empty(ours.Lines);
        Assert.Empty(stock.Lines);
    }

    [Fact]
    public async Task Listener_Throws_TheRequestIsAnswered()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("calls", 1, Minute));
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, api.Services.GetRequiredService<IMeterFactory>())
                    && instrument.Meter.Name is RateLimitMetrics.MeterName or StockMetrics.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new InvalidOperationException("a listener fails"));
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw new InvalidOperationException("a listener fails"));
        listener.Start();
        Assert.Equal("hello", (await api.SendAsync(claims: ["sub=alice"])).Body);
        Assert.Equal(429, (int)(await api.SendAsync(claims: ["sub=alice"])).Status);
    }

    private static Task<TestApi> StartAsync(Action<PolicyBuilder> policy, Delegate? endpoint = null) => TestApi.StartAsync(
        limits => limits.AddPolicy("api", policy),
        web => web.MapGet("/", endpoint ?? (() => "hello")).RequireRateLimiting("api"));

    private static async Task SendAsync(TestApi api, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await api.SendAsync(claims: ["sub=alice"]);
        }
    }
}
