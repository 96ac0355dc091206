using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Plans that are counted in a store: the policies above it and the headers after it are as ever.</summary>
public class StoreTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Request_ThatAStoreGrants_HasTheHeadersOfWhatItTells()
    {
        var lease = new StoreLease(remaining: 4);
        var store = new ScriptedStore(lease);
        await using var api = await StartAsync(store);

        var response = await api.SendAsync(claims: ["sub=ada"]);

        Assert.Equal(HttpStatusCode.OK, response.Status);
        Assert.Equal(
            """
            X-RateLimit-Limit: 10
            X-RateLimit-Remaining: 4
            X-RateLimit-Reset: 1779547033
            RateLimit: "hourly";r=4;t=1800
            RateLimit-Policy: "hourly";q=10;w=3600
            """,
            response.LimitHeaders);
        Assert.Equal([new ScriptedAcquisition("user ada", 1, "")], store.Asked);
        Assert.True(lease.IsDisposed);
    }

    [Fact]
    public async Task Statuses_OfACertainAge_AreToldAsOfNow()
    {
        await using var api = await StartAsync(new ScriptedStore(new StoreLease(4) { OwnAge = TimeSpan.FromMinutes(10) }));

        var response = await api.SendAsync();

        Assert.Equal("\"hourly\";r=4;t=1200", response["RateLimit"]);
        Assert.Equal("1779546433", response["X-RateLimit-Reset"]);
    }

    [Fact]
    public async Task Reset_OfAStoreWithAClock_IsAnInstantOfThatClock()
    {
        // All servers print the store's time, however their own clocks go.
        var storeTime = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await using var api = await StartAsync(new ScriptedStore(
            new StoreLease(4) { StoreTime = storeTime, OwnAge = TimeSpan.FromMinutes(10) }));

        Assert.Equal($"{storeTime.AddMinutes(30).ToUnixTimeSeconds()}", (await api.SendAsync())["X-RateLimit-Reset"]);
    }

    [Fact]
    public async Task Request_ThatAStoreRefuses_Gets429AndRetryAfter()
    {
        await using var api = await StartAsync(new ScriptedStore(new StoreLease(0) { Refuses = true }));

        var response = await api.SendAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, response.Status);
        Assert.Equal("1800", response["Retry-After"]);
        Assert.Equal("0", response["X-RateLimit-Remaining"]);
        Assert.Contains("\"violated-policies\":[\"hourly\"]", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_ThatNobodyCouldDecide_Gets503()
    {
        await using var api = await StartAsync(new ScriptedStore(new StoreLease(0) { DecidedNothing = true, Knows = false }));

        var response = await api.SendAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.Status);
        Assert.Equal("1", response["Retry-After"]);
        Assert.Contains("temporary-reduced-capacity", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Response_OfAStoreThatKnowsNothing_SaysWhyItHasNoHeaders()
    {
        await using var api = await StartAsync(new ScriptedStore(new StoreLease(0) { Knows = false }));

        var response = await api.SendAsync();

        Assert.Equal("", response.LimitHeaders);
        Assert.Contains(api.Log.Entries, entry => entry.Message.EndsWith("the store is away.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Store_ThatThrows_IsRefusedWith503AndLogged(bool atOnce)
    {
        await using var api = await StartAsync(new ScriptedStore(_ => atOnce ? throw Broken() : BreakLater()));

        var response = await api.SendAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.Status);
        Assert.Equal(EventIds.StoreFailed, Assert.Single(Complaints.Of(api)).Id);

        static async ValueTask<ExternalLease> BreakLater()
        {
            await Task.Yield();
            throw Broken();
        }
    }

    [Fact]
    public async Task Charge_ThatTheStoreHasNotAnswered_IsInTheHeadersOnceItHas()
    {
        var lease = new StoreLease(7);
        await using var api = await StartAsync(new ScriptedStore(lease), web => web.MapGet("/", (HttpContext context) =>
        {
            var limit = context.Features.Get<IRateLimitFeature>()!;
            limit.Charge(4);
            limit.Refund(1);
            return "charged";
        }));

        var response = api.SendAsync();
        await Task.Yield();
        Assert.False(response.IsCompleted);
        lease.StoreAnswers.SetResult();

        Assert.Equal("4", (await response)["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Charge_ThatFails_LeavesTheHeadersAsTheyWere()
    {
        var lease = new StoreLease(7);
        lease.StoreAnswers.SetException(Broken());
        await using var api = await StartAsync(new ScriptedStore(lease), web => web.MapGet("/", (HttpContext context) =>
        {
            context.Features.Get<IRateLimitFeature>()!.Charge(4);
            return "charged";
        }));

        var response = await api.SendAsync();

        Assert.Equal(HttpStatusCode.OK, response.Status);
        Assert.Equal("7", response["X-RateLimit-Remaining"]);
        Assert.Equal(EventIds.StoreFailed, Assert.Single(Complaints.Of(api)).Id);
    }

    [Fact]
    public async Task Statuses_WhoseWindowIsOverAsTheResponseStarts_AreReadAgain()
    {
        var lease = new StoreLease(3) { OwnAge = TimeSpan.FromMinutes(31) };
        lease.StoreAnswers.SetResult();
        await using var api = await StartAsync(new ScriptedStore(lease));

        Assert.Equal("10", (await api.SendAsync())["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Store_IsAskedForTheCostAndTheLimitsOfTheCaller()
    {
        var store = new ScriptedStore(new StoreLease(4));
        await using var api = await TestApi.StartAsync(limits => limits.UseStore(store).DefaultPolicy(policy => policy
            .Cost(3).FixedWindow("hourly", 10, s_hour).SlidingWindow("daily", _ => 12.5, TimeSpan.FromDays(1))));

        await api.SendAsync(address: "203.0.113.7");

        Assert.Equal([new ScriptedAcquisition("anonymous 203.0.113.7", 3, "NaN 12.5")], store.Asked);
    }

    [Fact]
    public async Task Store_IsDisposedAfterItsCounters()
    {
        var store = new ScriptedStore(new StoreLease(4));
        await using (await TestApi.StartAsync(limits => limits.UseStore(store).FixedWindow("hourly", 10, s_hour)))
        {
        }

        Assert.Equal(
            ["counter of default/user: hourly", "counter of default/anonymous: hourly", "counter disposed", "counter disposed", "store disposed"],
            store.Events);
    }

    [Fact]
    public async Task Findings_OfAStore_StopTheStartUp()
    {
        using var store = new ScriptedStore(new StoreLease(4)) { Findings = ["UseRedis has no connection; give one."] };

        var error = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => StartAsync(store));

        Assert.Equal(["UseRedis has no connection; give one."], error.Findings);
        Assert.Empty(store.Events);
    }

    [Fact]
    public async Task Stores_OfWhichThereAreTwo_StopTheStartUp()
    {
        using var one = new ScriptedStore(new StoreLease(4));
        using var other = new ScriptedStore(new StoreLease(4));

        var error = await Assert.ThrowsAsync<RateLimitConfigurationException>(
            () => TestApi.StartAsync(limits => limits.UseStore(one).UseStore(other).FixedWindow("hourly", 10, s_hour)));

        Assert.Equal(["UseStore is called twice; all plans are counted in one store."], error.Findings);
    }

    private static InvalidOperationException Broken() => new("The store is broken.");

    private static Task<TestApi> StartAsync(QuotaStore store, Action<WebApplication>? map = null) => TestApi.StartAsync(
        limits => limits.UseStore(store).FixedWindow("hourly", 10, s_hour).Headers(headers => headers.XRateLimit().Ietf()), map);
}
