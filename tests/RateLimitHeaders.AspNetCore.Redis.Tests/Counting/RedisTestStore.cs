namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Counts in a real server, by the clock of the test, and asks it every time.</summary>
public class RedisTestStore : TestedStore
{
    private static readonly Lazy<DirectGateway> s_gateway =
        new(() => Task.Run(async () => await DirectGateway.ConnectAsync(await SharedRedis.GetAsync())).GetAwaiter().GetResult());

    private static int s_plans;

    public override TimeSpan Resolution => TimeSpan.FromMicroseconds(1);

    public override int Histories => 50;

    // What a server that lives holds is renewed; but no longer than a lease lives, if the clock jumps over the renewals.
    public override TimeSpan LongestHold => new RedisStoreOptions().ConcurrencyLeaseTime - Resolution;

    public override int LongestDebt => 500;

    protected virtual bool RemembersRefusals => false;

    public override QuotaCounter CreateCounter(ManualTimeProvider clock, params Quota[] quotas) =>
        CreateCounter(clock, s_gateway.Value, RemembersRefusals, quotas);

    internal static QuotaCounter CreateCounter(ManualTimeProvider clock, IScriptGateway gateway, params Quota[] quotas) =>
        CreateCounter(clock, gateway, remembersRefusals: false, quotas);

    private static RedisQuotaCounter CreateCounter(ManualTimeProvider clock, IScriptGateway gateway, bool remembersRefusals, Quota[] quotas)
    {
        // Its own keys, since all tests share a server.
        var plan = TestPlan.Create(clock, $"api{Interlocked.Increment(ref s_plans)}", quotas);
        var options = RedisTesting.OptionsOf(clock) with { RememberRefusals = remembersRefusals };
        Assert.Empty(RedisStoreRules.Plan(plan));
        return new RedisQuotaCounter(plan, gateway, options, Fallback.Create(options, plan));
    }
}
