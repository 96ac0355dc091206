namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Counts in a real server, by the clock of the test, and asks it every time.</summary>
public class RedisTestStore : TestedStore
{
    private static readonly Lazy<DirectGateway> s_gateway =
        new(() => Task.Run(async () => await DirectGateway.ConnectAsync(await SharedRedis.GetAsync())).GetAwaiter().GetResult());

    // The longest that can be set: the clock jumps over days, and each renewal is a call.
    private static readonly TimeSpan s_leaseTime = TimeSpan.FromDays(1);

    private static int s_plans;

    public override TimeSpan Resolution => TimeSpan.FromMicroseconds(1);

    public override int Histories => 50;

    // What a server that lives holds is renewed; but no longer than a lease lives, if the clock jumps over the renewals.
    public override TimeSpan LongestHold => s_leaseTime - Resolution;

    public override int LongestDebt => 500;

    protected virtual bool RemembersRefusals => false;

    public override QuotaCounter CreateCounter(ManualTimeProvider clock, params Quota[] quotas) =>
        CreateCounter(clock, s_gateway.Value, RemembersRefusals, quotas);

    internal static QuotaCounter CreateCounter(ManualTimeProvider clock, IScriptGateway gateway, params Quota[] quotas) =>
        CreateCounter(clock, gateway, remembersRefusals: false, quotas);

    /// <summary>Has time wait for the calls that nobody else waits for, so that they are of the moment at which they were made.</summary>
    internal static void Settle(ManualTimeProvider clock, Func<int> callsBehind) =>
        clock.Moving += () => Assert.True(SpinWait.SpinUntil(() => callsBehind() == 0, TimeSpan.FromSeconds(60)), "Calls come to no end.");

    private static RedisQuotaCounter CreateCounter(ManualTimeProvider clock, IScriptGateway gateway, bool remembersRefusals, Quota[] quotas)
    {
        // Its own keys, since all tests share a server.
        var plan = TestPlan.Create(clock, $"api{Interlocked.Increment(ref s_plans)}", quotas);
        var options = RedisTesting.OptionsOf(clock) with { RememberRefusals = remembersRefusals, ConcurrencyLeaseTime = s_leaseTime };
        Assert.Empty(RedisStoreRules.Plan(plan));
        var counter = new RedisQuotaCounter(plan, gateway, TakeGroups.Of(gateway, options), options, Fallback.Create(options, plan));
        Settle(clock, () => counter.CallsBehind);
        return counter;
    }
}
