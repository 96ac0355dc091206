using Microsoft.Extensions.Logging.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Counts in a test's Redis, and in nothing else: a server that is too slow or gone shows as rejections with 503.</summary>
internal static class RedisTesting
{
    // Long enough for the slowest machine, since these tests are of what is counted and not of how fast.
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    // A server that a test has stopped or suspended answers nothing, and its calls are late when the test's clock says so.
    private static readonly TimeSpan s_longestAnswer = TimeSpan.FromSeconds(20);

    private static readonly KeyScan s_noKeys = new(RedisConnection.Of(""));

    /// <summary>Gets settings with which nothing but Redis counts.</summary>
    /// <param name="clock">The clock that stands for the server's; none for the server's own.</param>
    public static RedisStoreOptions OptionsOf(ManualTimeProvider? clock)
    {
        var options = new RedisStoreOptions();
        Configure(options, clock);
        return options;
    }

    /// <summary>Creates the partitions of a plan, whose callers cannot be listed.</summary>
    /// <param name="context">The plan.</param>
    /// <param name="runner">Runs the scripts.</param>
    /// <param name="options">The settings; the defaults by default.</param>
    /// <param name="takes">Calls that other plans share; none by default.</param>
    public static RedisPartitions PartitionsOf(
        PartitionsContext context, IScriptRunner runner, RedisStoreOptions? options = null, TakeGroups? takes = null)
    {
        var looks = new LookGroups(runner);
        return new(context, runner, takes ?? new TakeGroups(runner), looks, s_noKeys, options ?? new());
    }

    /// <summary>Starts a host that counts in a server.</summary>
    public static async Task<TestApi> StartAsync(
        RedisServer server,
        Action<RateLimitsBuilder> limits,
        ManualTimeProvider? clock = null,
        ManualTimeProvider? time = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? map = null)
    {
        var api = await TestApi.StartAsync(
            limits,
            map,
            services: all =>
            {
                all.AddRateLimitHeaders().AddRedis(server.Configuration, options => Configure(options, clock));
                services?.Invoke(all);
            },
            time: time ?? clock);

        // What Redis is told beside a request would otherwise be late as soon as the test moves its clock by more than the deadline.
        var shared = api.Services.GetRequiredService<SharedStoreGuard>();
        api.Time.Moving += () => SpinWait.SpinUntil(() => shared.Guard is not { IsWaiting: true }, s_longestAnswer);
        return api;
    }

    /// <summary>Creates partitions in a store with all that stands before it, and waits until they count there.</summary>
    public static async Task<(StoreGuard Guard, PlanPartitions Partitions)> CreateAsync(RedisStore store, string policyName, params Quota[] quotas)
    {
        var guard = new StoreGuard(store, TimeProvider.System, UnheardMetrics.Instance, NullLogger.Instance);
        var partitions = StoreStack.Create(guard, TestPlan.Create(TimeProvider.System, policyName, quotas));
        await guard.WarmUpAsync(CancellationToken.None);
        await CountsInRedisAsync(partitions);
        return (guard, partitions);
    }

    /// <summary>Waits until partitions count in Redis.</summary>
    public static async Task CountsInRedisAsync(PlanPartitions partitions)
    {
        var principal = new RateLimitPrincipal("user", "start");
        for (var attempt = 0; ; attempt++)
        {
            var decision = new RateLimitDecision { Principal = principal };
            await partitions.PeekAsync(new(principal, default, decision), CancellationToken.None);
            if (decision.Outcome == RateLimitOutcome.Acquired && decision.StoreTime is not null)
            {
                return;
            }

            Assert.True(attempt < 1_200, "It does not count in Redis within 60 s.");
            await Task.Delay(50);
        }
    }

    /// <summary>Waits until a host counts in Redis and has nothing else to ask it, and empties that.</summary>
    public static async Task CountsInRedisAsync(this TestApi api, RedisServer server)
    {
        for (var attempt = 0; await server.CommandAsync("KEYS", "ratelimit:*:*:*:*") == ""; attempt++)
        {
            Assert.True(attempt < 1_200, "It does not count in Redis within 60 s.");
            await api.SendAsync(address: "198.51.100.1");
            await Task.Delay(50);
        }

        await api.Services.GetRequiredService<SharedStoreGuard>().Guard!.WarmUp.WaitAsync(TimeSpan.FromMinutes(1));
        await server.CommandAsync("FLUSHALL");
    }

    /// <summary>Takes a permit of every quota.</summary>
    public static async Task<RateLimitDecision> TakeAsync(this PlanPartitions partitions, RateLimitPrincipal principal, int quotas = 1)
    {
        var decision = new RateLimitDecision { Principal = principal };
        await partitions.AcquireAsync(new AcquireArguments(principal, Enumerable.Repeat(1L, quotas).ToArray(), default), decision);
        return decision;
    }

    /// <summary>Has nothing but a server count, by its own clock.</summary>
    public static void Configure(RedisStoreOptions options) => Configure(options, clock: null);

    private static void Configure(RedisStoreOptions options, ManualTimeProvider? clock)
    {
        options.Deadline = s_deadline;
        options.WhenUnavailable = StoreUnavailable.Reject;
        if (clock is not null)
        {
            options.DecorateRunner = runner => new TimedRunner(runner, clock);
        }
    }
}
