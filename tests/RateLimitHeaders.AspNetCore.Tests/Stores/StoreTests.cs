using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Plans that are counted in a store: the policies above it and the headers after it are as ever.</summary>
public class StoreTests
{
    private static readonly QuotaDescription s_quota = new("hourly", Hour);

    [Fact]
    public async Task Request_ThatAStoreAdmits_HasTheFieldsOfItsAnswer()
    {
        var store = new ScriptedStore { Answer = Tell(remaining: 4) };
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
        Assert.Equal(["user Test:sub:ada: 1"], AcquisitionsOf(store));
    }

    [Fact]
    public async Task Statuses_OfACertainAge_AreShownAsOfNow()
    {
        await using var api = await StartAsync(new ScriptedStore { Answer = Tell(4, TimeSpan.FromMinutes(10)) });
        var response = await api.SendAsync();
        Assert.Equal("\"hourly\";r=4;t=1200", response["RateLimit"]);
        Assert.Equal("1779546433", response["X-RateLimit-Reset"]);
    }

    [Fact]
    public async Task Reset_OfAStoreWithAClock_IsAnInstantOfThatClock()
    {
        // All servers print the store's time, however their own clocks go.
        var storeTime = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var tell = Tell(4, TimeSpan.FromMinutes(10));
        await using var api = await StartAsync(new ScriptedStore
        {
            Answer = async call =>
            {
                await tell(call);
                if (call.Decision is { } decision)
                {
                    decision.StoreTime = storeTime;
                }
            },
        });
        Assert.Equal($"{storeTime.AddMinutes(30).ToUnixTimeSeconds()}", (await api.SendAsync())["X-RateLimit-Reset"]);
    }

    [Fact]
    public async Task Reset_OfARejectionFromMemory_StaysTheMomentOfRetryAfter()
    {
        var store = new ScriptedStore { Answer = Tell(0, isRejected: true) };
        await using var api = await StartAsync(store);
        var first = await api.SendAsync();
        Assert.Equal(("1800", "1779547033"), (first["Retry-After"], first["X-RateLimit-Reset"]));

        // The store is asked once more and fails. From then on the rejection is told from memory.
        store.Answer = ScriptedStore.Throw(Gone());
        api.Time.Advance(TimeSpan.FromSeconds(1));
        await api.SendAsync();
        api.Time.Advance(TimeSpan.FromSeconds(599));
        var later = await api.SendAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, later.Status);
        Assert.Equal(("1200", "1779547033"), (later["Retry-After"], later["X-RateLimit-Reset"]));
        Assert.Equal("\"hourly\";r=0;t=1200", later["RateLimit"]);
    }

    [Fact]
    public async Task Request_ThatAStoreRejects_Gets429AndRetryAfter()
    {
        await using var api = await StartAsync(new ScriptedStore { Answer = Tell(0, isRejected: true) });
        var response = await api.SendAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, response.Status);
        Assert.Equal("1800", response["Retry-After"]);
        Assert.Equal("0", response["X-RateLimit-Remaining"]);
        Assert.Contains("\"violated-policies\":[\"hourly\"]", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_ThatTheStoreCouldNotDecide_Gets503()
    {
        var store = new ScriptedStore { Answer = ScriptedStore.Throw(Gone()), Options = { WhenUnavailable = StoreUnavailable.Reject } };
        await using var api = await StartAsync(store);
        var response = await api.SendAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.Status);
        Assert.Equal("1", response["Retry-After"]);
        Assert.Contains("temporary-reduced-capacity", response.Body, StringComparison.Ordinal);
        Assert.Equal([EventIds.StoreUnavailable], Complaints.Of(api).Select(entry => entry.Id));
    }

    [Fact]
    public async Task Response_OfAnAdmissionThatNothingCounted_LogsWhyItHasNoHeaders()
    {
        var store = new ScriptedStore { Answer = ScriptedStore.Throw(Gone()), Options = { WhenUnavailable = StoreUnavailable.Admit } };
        await using var api = await StartAsync(store);
        var response = await api.SendAsync();
        Assert.Equal((HttpStatusCode.OK, ""), (response.Status, response.LimitHeaders));
        Assert.Contains(api.Log.Entries, entry => entry.Message.EndsWith(
            "Scripted cannot count at the moment, and until it can, all requests are admitted.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Store_ThatThrows_IsLoggedAndTheRequestLimitedInMemory(bool atOnce)
    {
        await using var api = await StartAsync(new ScriptedStore
        {
            Answer = call => call.Kind == "check" ? default : atOnce ? throw Broken() : BreakLater(),
        });
        var response = await api.SendAsync();
        Assert.Equal((HttpStatusCode.OK, "9"), (response.Status, response["X-RateLimit-Remaining"]));
        Assert.Equal(EventIds.StoreCallFailed, Assert.Single(Complaints.Of(api)).Id);

        static async ValueTask BreakLater()
        {
            await Task.Yield();
            throw Broken();
        }
    }

    [Fact]
    public async Task Statuses_WhoseWindowIsOverAsTheResponseStarts_AreReadAgain()
    {
        var (old, fresh) = (Tell(3, TimeSpan.FromMinutes(31)), Tell(10));
        var store = new ScriptedStore { Answer = call => (call.Kind == "adjust" ? fresh : old)(call) };
        await using var api = await StartAsync(store);
        Assert.Equal("10", (await api.SendAsync())["X-RateLimit-Remaining"]);
        Assert.Equal([0], store.Calls.Single(call => call.Kind == "adjust").Permits.ToArray());
    }

    [Fact]
    public async Task Store_IsCalledWithTheCostsAndTheLimitsOfTheCaller()
    {
        var store = new ScriptedStore();
        await using var api = await TestApi.StartAsync(
            limits => limits.DefaultPolicy(policy => policy
                .Cost(3).FixedWindow("hourly", 10, Hour).SlidingWindow("daily", _ => 12.5, TimeSpan.FromDays(1))),
            services: services => services.AddRateLimitHeaders().AddStore(store));
        await api.SendAsync(address: "203.0.113.7");
        Assert.Equal(["anonymous 203.0.113.7: 3 3"], AcquisitionsOf(store));
        Assert.Equal([10, 12.5], store.Calls.Single(call => call.Kind == "acquire").Limits.ToArray());
    }

    private static InvalidOperationException Broken() => new("The store is broken.");

    private static RateLimitStoreException Gone() => new(StoreFailureKind.Connection, "it is gone");

    private static IEnumerable<string> AcquisitionsOf(ScriptedStore store) => store.Calls
        .Where(call => call.Kind == "acquire")
        .Select(call => $"{call.Principal}: {string.Join(' ', call.Permits.ToArray())}");

    /// <summary>Has a store tell of one quota of 10 an hour, of which half the hour is over.</summary>
    private static Func<ScriptedCall, ValueTask> Tell(long remaining, TimeSpan age = default, bool isRejected = false) => call =>
    {
        if (call.Decision is { } decision)
        {
            var until = TimeSpan.FromMinutes(30);
            var takenAt = ManualTimeProvider.Start.UtcTicks - DateTimeOffset.UnixEpoch.Ticks - age.Ticks;
            decision.Begin(1);
            decision.StatusBuffer[0] = new QuotaStatus(s_quota, 10, remaining, until, until, isRejected);
            if (isRejected)
            {
                decision.Reject(takenAt, until, longestWait: 0);
            }
            else
            {
                decision.Acquire(takenAt);
            }
        }

        return default;
    };

    [Fact]
    public async Task Policies_OfWhichOneRejectsAndOneCannotBeCounted_AnswerAsTheOneThatRejects()
    {
        var store = new ScriptedStore { Options = { WhenUnavailable = StoreUnavailable.Reject } };
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("uncounted", policy => policy.FixedWindow("first", 9, Hour).Rejection(rejection => rejection.Body = "uncounted"))
                .AddPolicy("rejects", policy => policy.FixedWindow("second", 1, Hour).Rejection(rejection => rejection.Body = "rejects"))
                .CombinePolicies()
                .Headers(headers => headers.Ietf()),
            web => web.MapGet("/", () => "hello").RequireRateLimiting("rejects").RequireRateLimiting("uncounted"),
            services => services.AddRateLimitHeaders().AddStore(store));
        await api.SendAsync();
        await api.SendAsync();

        // The one rejection is remembered.
        store.Answer = ScriptedStore.Throw(Gone());
        var rejected = await api.SendAsync();
        Assert.Equal((429, "3600", "rejects"), ((int)rejected.Status, rejected["Retry-After"], rejected.Body));
        Assert.Equal("\"second\";r=0;t=3600", rejected["RateLimit"]);
    }

    private static Task<TestApi> StartAsync(ScriptedStore store) => TestApi.StartAsync(
        limits => limits.FixedWindow("hourly", 10, Hour).Headers(headers => headers.XRateLimit().Ietf()),
        services: services => services.AddRateLimitHeaders().AddStore(store));
}
