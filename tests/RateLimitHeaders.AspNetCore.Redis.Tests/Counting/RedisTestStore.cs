namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Counts in a real Redis, on the clock of the test, and asks it every time.</summary>
public class RedisTestStore : TestedStore
{
    private static readonly Lazy<Task<ScriptGateway>> s_gateway = new(() => Task.Run(OpenAsync));

    private static int s_counters;

    public override TimeSpan Resolution => TimeSpan.FromMicroseconds(1);

    public override int Histories => 50;

    // Leases of a server that lives are renewed.
    public override TimeSpan LongestHold => TimeSpan.FromDays(1);

    public override int LongestDebt => 250;

    protected virtual bool RemembersRefusals => false;

    private protected virtual LocalLeases? LocalLeases => null;

    public override QuotaCounter CreateCounter(ManualTimeProvider clock, params Quota[] quotas)
    {
        var options = RedisTesting.OptionsOf(clock) with
        {
            KeyPrefix = $"suite{Interlocked.Increment(ref s_counters)}",
            RememberRefusals = RemembersRefusals,
            ConcurrencyLeaseTime = TimeSpan.FromDays(1),
            LocalLeases = LocalLeases,
        };

        // The connection is that of all tests, and not for one of them to close.
#pragma warning disable CA2000
        var store = new RedisQuotaStore(options, [], _ => s_gateway.Value.GetAwaiter().GetResult());
#pragma warning restore CA2000
        var plan = TestPlan.Create(clock, "api", quotas);
        Assert.Empty(store.Validate([plan]));
        return store.CreateCounter(plan);
    }

    private static async Task<ScriptGateway> OpenAsync()
    {
        var gateway = RedisTesting.OpenGateway((await SharedRedis.GetAsync()).Configuration, RedisTesting.OptionsOf(clock: null));
        while (!await gateway.CheckAsync())
        {
            await Task.Delay(50);
        }

        return gateway;
    }
}
