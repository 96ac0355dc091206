using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class RejectionLogTests
{
    private static readonly byte[] s_secret = "0123456789abcdef"u8.ToArray();

    [Fact]
    public async Task Rejection_IsLoggedOncePerCallerAndWindow()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("calls", 1, Minute));
        await SendAsync(api, "alice", times: 2);
        var events = api.Log.Entries.Count;
        await SendAsync(api, "alice", times: 3);

        // Of any level: at the level Debug, too, a flood of rejections is no flood of events.
        Assert.Equal(events, api.Log.Entries.Count);
        await SendAsync(api, "bob", times: 5);
        string[] both = [Event("calls", "00:01:00"), Event("calls", "00:01:00")];
        Assert.Equal(both, EventsOf(api));

        api.Time.Advance(Minute - new TimeSpan(1));
        await SendAsync(api, "alice", times: 1);
        Assert.Equal(both, EventsOf(api));
        api.Time.Advance(new TimeSpan(1));
        await SendAsync(api, "alice", times: 5);
        Assert.Equal([.. both, Event("calls", "00:01:00")], EventsOf(api));
    }

    [Fact]
    public async Task Rejection_AfterOtherSettingsHaveChanged_IsNotLoggedAgain()
    {
        // The secret of one of several servers, which is read anew with each reload.
        static void Log(RateLimitsBuilder limits) => limits.LogCallers().Headers(headers => headers.Ietf(draft => draft.PartitionKey(s_secret.ToArray())));
        await using var api = await StartAsync(policy => policy.FixedWindow("calls", 1, Minute), Log);
        await SendAsync(api, "alice", times: 2);

        api.Swap(limits =>
        {
            Log(limits);
            limits.AddPolicy("api", policy => policy.FixedWindow("calls", 1, Minute)).Headers(headers => headers.GitHub());
        });
        await SendAsync(api, "alice", times: 2);
        Assert.Single(EventsOf(api));
        await SendAsync(api, "bob", times: 2);
        Assert.Equal(2, EventsOf(api).Length);
    }

    [Fact]
    public async Task Rejections_OfAPolicyThatAReloadRemoves_AreForgotten()
    {
        static void Define(RateLimitsBuilder limits) => limits.AddPolicy("api", policy => policy.FixedWindow("calls", 1, Minute));
        await using var api = await StartAsync(policy => policy.FixedWindow("calls", 1, Minute));
        await SendAsync(api, "alice", times: 2);
        await api.SendAsync();
        await api.SendAsync();
        api.Swap(static limits => limits.AddPolicy("api", policy => policy.For("anonymous", plan => plan.FixedWindow("calls", 1, Minute)).Exempt("user")));
        await api.SendAsync();
        Assert.Equal(2, EventsOf(api).Length);

        // The counts of the plan began anew, and so does the silence of its callers; that of a plan that has stayed goes on.
        api.Swap(Define);
        await SendAsync(api, "alice", times: 2);
        await api.SendAsync();
        Assert.Equal(["user", "anonymous", "user"], EventsOf(api).Select(text => text.Split(", ")[1].Split(' ')[^1]));

        api.Swap(static limits => limits.FixedWindow(1, Minute));
        api.Swap(Define);
        await SendAsync(api, "alice", times: 2);
        Assert.Equal(4, EventsOf(api).Length);
    }

    [Fact]
    public async Task Rejection_OfABucket_IsLoggedOnceInTenSeconds()
    {
        await using var api = await StartAsync(policy => policy.TokenBucket("bucket", capacity: 1, refillPerSecond: 1));
        for (var second = 0; second < 20; second++)
        {
            await SendAsync(api, "alice", times: 5);
            api.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([Event("bucket", "00:00:01"), Event("bucket", "00:00:01")], EventsOf(api));
    }

    [Fact]
    public async Task Rejection_ByAQuotaWithALongerWait_IsLoggedToo()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("burst", 1, Minute).FixedWindow("daily", 2, TimeSpan.FromDays(1)));
        await SendAsync(api, "alice", times: 2);
        api.Time.Advance(Minute);
        await SendAsync(api, "alice", times: 3);
        Assert.Equal([Event("burst", "00:01:00"), Event("daily", "23:59:00")], EventsOf(api));

        // The longer wait covers what the shorter one would say.
        api.Time.Advance(Minute);
        await SendAsync(api, "alice", times: 3);
        Assert.Equal(2, EventsOf(api).Length);
    }

    [Fact]
    public async Task Rejection_OfARequestThatNeverFits_IsLoggedOnceAMinute()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("calls", 5, TimeSpan.FromHours(1)).Cost(_ => 6));
        await SendAsync(api, "alice", times: 2);
        api.Time.Advance(Minute - new TimeSpan(1));
        await SendAsync(api, "alice", times: 2);
        Assert.Equal([Event("calls", "(null)")], EventsOf(api));
        api.Time.Advance(new TimeSpan(1));
        await SendAsync(api, "alice", times: 2);
        Assert.Equal(2, EventsOf(api).Length);
    }

    [Fact]
    public async Task Rejection_OfTheApplicationsOwnLimiter_IsLoggedOncePerPolicy()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("api", context => RateLimitPartition.GetFixedWindowLimiter(
                context.Request.Headers["Test-Claims"].ToString(), _ => new FixedWindowRateLimiterOptions { PermitLimit = 1, Window = Minute })),
            web => web.MapGet("/", () => "hello").RequireRateLimiting("api"));
        await SendAsync(api, "alice", times: 2);
        await SendAsync(api, "bob", times: 2);
        Assert.Equal(
            ["Rejected: policy api, token type none, quota (null), retry after 00:01:00, caller not logged."], EventsOf(api));
    }

    [Fact]
    public async Task Rejection_WithLogCallers_LogsTheValueOfThePartitionKey()
    {
        await using var api = await StartAsync(
            policy => policy.FixedWindow("calls", 1, Minute),
            limits => limits.LogCallers().Headers(headers => headers.Ietf(draft => draft.PartitionKey(s_secret))));
        for (var i = 0; i < 2; i++)
        {
            await api.SendAsync(address: "203.0.113.7");
            await api.SendAsync(address: "203.0.113.8");
        }

        var text = Encoding.Unicode.GetBytes("3:api9:anonymous203.0.113.7");
        var caller = Convert.ToBase64String(HMACSHA256.HashData(s_secret, text)[..16]);
        Assert.Equal(2, EventsOf(api).Length);
        Assert.EndsWith($", caller {caller}.", EventsOf(api)[0], StringComparison.Ordinal);
        Assert.Contains($"pk=:{caller}:", (await api.SendAsync(address: "203.0.113.7"))["RateLimit"], StringComparison.Ordinal);
        Assert.DoesNotContain(caller, EventsOf(api)[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Rejection_OfMoreCallersThanAreKept_IsNotLogged()
    {
        var time = new ManualTimeProvider();
        var map = new CallerMap<LoggedRejection>(RateLimitClock.For(time), 2, static (rejection, now) => now >= rejection.Until);
        Assert.True(map.TryReplace(new RateLimitPrincipal("user", "a"), null, new LoggedRejection(long.MaxValue, 0)));
        Assert.True(map.TryReplace(new RateLimitPrincipal("user", "b"), null, new LoggedRejection(long.MaxValue, 0)));
        Assert.False(map.TryReplace(new RateLimitPrincipal("user", "c"), null, new LoggedRejection(long.MaxValue, 0)));
        Assert.Equal(2, map.Count);
    }

    [Fact]
    public void Rejection_OnThreads_IsLoggedByOneOfThem()
    {
        var map = new CallerMap<LoggedRejection>(RateLimitClock.For(new ManualTimeProvider()), 100, static (rejection, now) => now >= rejection.Until);
        using var start = new Barrier(4);
        var logged = 0;
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (var round = 0; round < 50; round++)
            {
                start.SignalAndWait();
                if (map.TryReplace(new RateLimitPrincipal("user", $"{round}"), null, new LoggedRejection(long.MaxValue, 0)))
                {
                    Interlocked.Increment(ref logged);
                }
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(50, logged);
        Assert.Equal(50, map.Count);
    }

    [Fact]
    public async Task Rejection_InAnOutage_IsNotLoggedAsOne()
    {
        var store = new ScriptedStore
        {
            Answer = ScriptedStore.Throw(new RateLimitStoreException(StoreFailureKind.Connection, "it is gone")),
            Options = { WhenUnavailable = StoreUnavailable.Reject },
        };
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(2, Minute), services: services => services.AddRateLimitHeaders().AddStore(store));
        Assert.Equal(503, (int)(await api.SendAsync()).Status);
        Assert.Empty(EventsOf(api));
        Assert.Equal([EventIds.StoreUnavailable], Complaints.Of(api).Select(complaint => complaint.Id));
    }

    private static Task<TestApi> StartAsync(Action<PolicyBuilder> policy, Action<RateLimitsBuilder>? configure = null) => TestApi.StartAsync(
        limits =>
        {
            limits.AddPolicy("api", policy);
            configure?.Invoke(limits);
        },
        web => web.MapGet("/", () => "hello").RequireRateLimiting("api"));

    private static string[] EventsOf(TestApi api) =>
        [.. api.Log.Entries.Where(entry => entry is { Level: LogLevel.Information, Id: EventIds.Rejected }).Select(entry => entry.Message)];

    private static string Event(string quota, string retryAfter) =>
        $"Rejected: policy api, token type user, quota {quota}, retry after {retryAfter}, caller not logged.";

    private static async Task SendAsync(TestApi api, string user, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await api.SendAsync(claims: [$"sub={user}"]);
        }
    }
}
