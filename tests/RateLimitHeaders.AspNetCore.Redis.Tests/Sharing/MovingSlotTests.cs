using System.Net;
using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>
/// A cluster whose slots move while requests are counted. The hosts' time stands still, so that an outage, and the memory that
/// would count in it, would last until the end of a test and show.
/// </summary>
public class MovingSlotTests(ITestOutputHelper output)
{
    private const int Search = 30;
    private const int All = 60;
    private const string Caller = "192.0.2.1";

    [Fact]
    public async Task CallerWhoseKeysAreHalfMoved_IsCountedByBothPolicies()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var api = await StartAsync(cluster);
        Assert.Equal("\"search\";r=29;t=86400, \"all\";r=59;t=86400", await LimitsAsync(api, "/search"));
        var keys = await cluster.KeysAsync();
        Assert.Equal(2, keys.Length);

        foreach (var key in keys)
        {
            var move = await cluster.BeginMoveAsync(key);
            await move.MoveAsync(key);
            await LimitsAsync(api, "/search");
            await move.EndAsync();
            Assert.Equal(keys, (await move.Target.CommandAsync("KEYS", "ratelimit:*:*:*:*")).Split('\n').Order(StringComparer.Ordinal));
        }

        Assert.Equal("\"search\";r=26;t=86400, \"all\";r=56;t=86400", await LimitsAsync(api, "/search"));
        Assert.True(GuardOf(api).IsAvailable);
    }

    [Fact]
    public async Task CallerThatIsNewToAMovingSlot_IsCountedByBothPolicies()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var api = await StartAsync(cluster);
        Assert.Equal("\"all\";r=59;t=86400", await LimitsAsync(api, "/"));
        var key = Assert.Single(await cluster.KeysAsync());

        var move = await cluster.BeginMoveAsync(key);
        Assert.Equal("\"search\";r=29;t=86400, \"all\";r=58;t=86400", await LimitsAsync(api, "/search"));
        await move.EndAsync();
        Assert.Equal("\"search\";r=28;t=86400, \"all\";r=57;t=86400", await LimitsAsync(api, "/search"));
        Assert.True(GuardOf(api).IsAvailable);
    }

    [Fact]
    public async Task SlotsThatMoveUnderLoad_TwoHosts_AdmitExactlyTheLimits()
    {
        const int Rounds = 3;
        await using var cluster = await RedisCluster.StartAsync();
        await using var first = await StartAsync(cluster);
        await using var second = await StartAsync(cluster);
        var callers = Enumerable.Range(1, 8).Select(i => new MovedCaller($"192.0.2.{i}", [first, second])).ToArray();
        foreach (var caller in callers)
        {
            var before = await cluster.KeysAsync();
            await caller.AskAsync("/search");
            caller.Keys = [.. (await cluster.KeysAsync()).Except(before)];
            Assert.Equal(2, caller.Keys.Length);
        }

        for (var i = 0; i < Rounds * callers.Length; i++)
        {
            // One after the other: a server that sends keys answers no other one that does so meanwhile.
            var moved = callers[i % callers.Length];
            await Task.WhenAll([MoveAsync(cluster, moved), .. callers.Select(caller => AskAsync(caller, times: caller == moved ? 8 : 1))]);
        }

        output.WriteLine($"{callers.Length * Rounds} slots moved while {callers.Sum(caller => caller.Asked)} requests were counted.");
        foreach (var caller in callers)
        {
            // Where a slot moves, a request that one policy rejects holds a permit of the other for a moment: what that takes
            // from other requests is still there afterwards.
            Assert.InRange(caller.Admitted("/search"), 1, Search);
            Assert.InRange(caller.Admitted("/search") + caller.Admitted("/"), 1, All);
            for (var i = 0; i < All; i++)
            {
                await caller.AskAsync("/search");
            }

            Assert.Equal(Search, caller.Admitted("/search"));
            for (var i = 0; i < All; i++)
            {
                await caller.AskAsync("/");
            }

            Assert.Equal((0, All), (caller.Failed, caller.Admitted("/search") + caller.Admitted("/")));
        }

        Assert.True(GuardOf(first).IsAvailable && GuardOf(second).IsAvailable);
    }

    private static async Task AskAsync(MovedCaller caller, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await Task.WhenAll(caller.AskAsync("/search"), caller.AskAsync("/"));
        }
    }

    private static async Task MoveAsync(RedisCluster cluster, MovedCaller caller)
    {
        var move = await cluster.BeginMoveAsync(caller.Keys[0]);
        await move.MoveAsync(caller.Keys[0]);
        await move.EndAsync();
    }

    private static async Task<string?> LimitsAsync(TestApi api, string path)
    {
        var response = await api.SendAsync(path, address: Caller);
        Assert.Equal(HttpStatusCode.OK, response.Status);
        return response["RateLimit"];
    }

    private static StoreGuard GuardOf(TestApi api) => api.Services.GetRequiredService<SharedStoreGuard>().Guard!;

    private static async Task<TestApi> StartAsync(RedisCluster cluster)
    {
        var clock = new ManualTimeProvider();
        var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("search", policy => policy.FixedWindow("search", Search, TimeSpan.FromDays(1)))
                .Global(policy => policy.FixedWindow("all", All, TimeSpan.FromDays(1)))
                .Headers(headers => headers.Ietf()),
            web =>
            {
                web.MapGet("/", () => "free");
                web.MapGet("/search", () => "found").RequireRateLimiting("search");
            },
            services => services.AddRateLimitHeaders().AddRedis(cluster.Configuration, options =>
            {
                options.RememberRejections = false;
                options.DecorateRunner = runner => new TimedRunner(runner, clock);

                // By the clock that the loop below advances: of a later check, an answer can take half a second.
                options.Deadline = TimeSpan.FromSeconds(20);
            }),
            time: clock);

        for (var attempt = 0; !await GuardOf(api).CheckAsync(); attempt++)
        {
            Assert.True(attempt < 400, $"It does not count in Redis within 20 s: {GuardOf(api).Outage}");
            clock.Advance(TimeSpan.FromSeconds(2));
            await Task.Delay(50);
        }

        return api;
    }
}
