namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A counter over a gateway that counts the calls, both of which a test may look into.</summary>
internal sealed class TestedCounter : IDisposable
{
    private static int s_plans;

    private TestedCounter(DirectGateway gateway, ManualTimeProvider clock, RedisStoreOptions options, Quota[] quotas)
    {
        Gateway = gateway;
        Clock = clock;
        Plan = TestPlan.Create(clock, $"piece{Interlocked.Increment(ref s_plans)}", quotas);
        options = options with { TestClock = () => RateLimitClock.For(clock).Now / TimeSpan.TicksPerMicrosecond };
        Counter = new RedisQuotaCounter(Plan, gateway, TakeGroups.Of(gateway, options), options, Fallback.Create(options, Plan));
    }

    public DirectGateway Gateway { get; }

    public ManualTimeProvider Clock { get; }

    public StoredPlan Plan { get; }

    public RedisQuotaCounter Counter { get; }

    public static Task<TestedCounter> CreateAsync(params Quota[] quotas) => CreateAsync(new RedisStoreOptions(), quotas);

    public static async Task<TestedCounter> CreateAsync(RedisStoreOptions options, params Quota[] quotas) =>
        new(await DirectGateway.ConnectAsync(await SharedRedis.GetAsync()), new ManualTimeProvider(), options, quotas);

    public Task<ExternalLease> TakeAsync(int permits = 1, string id = "alice", params double[] limits) =>
        Counter.AcquireAsync(new RateLimitPrincipal("user", id), permits, limits).AsTask();

    /// <summary>Runs something, and tells how often Redis was called meanwhile.</summary>
    public async Task<int> CallsOfAsync(Func<Task> action)
    {
        var before = Gateway.Calls;
        await action();
        return Gateway.Calls - before;
    }

    public void Dispose()
    {
        Counter.Dispose();
        Gateway.Dispose();
    }
}
