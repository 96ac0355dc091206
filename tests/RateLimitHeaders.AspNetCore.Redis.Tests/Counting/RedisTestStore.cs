namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Counts in a real server, by the clock of the test.</summary>
public sealed class RedisTestStore : TestedStore
{
    private static readonly Lazy<DirectGateway> s_gateway =
        new(() => Task.Run(async () => await DirectGateway.ConnectAsync(await SharedRedis.GetAsync())).GetAwaiter().GetResult());

    private static int s_plans;

    public override TimeSpan Resolution => TimeSpan.FromMicroseconds(1);

    public override int Histories => 60;

    public override TimeSpan LongestHold => new RedisStoreOptions().ConcurrencyLeaseTime - Resolution;

    public override QuotaCounter CreateCounter(ManualTimeProvider clock, params Quota[] quotas) => CreateCounter(clock, s_gateway.Value, quotas);

    internal static QuotaCounter CreateCounter(ManualTimeProvider clock, IScriptGateway gateway, params Quota[] quotas)
    {
        // Its own keys, since all tests share a server.
        var plan = TestPlan.Create(clock, $"api{Interlocked.Increment(ref s_plans)}", quotas);
        var options = new RedisStoreOptions { RememberRefusals = false, TestClock = () => Microseconds(clock) };
        return new RedisQuotaCounter(plan, gateway, options, Fallback.Create(options, plan));
    }

    // The same clock as the limiters in memory have, which no jump of the wall clock moves.
    internal static long Microseconds(TimeProvider clock) => RateLimitClock.For(clock).Now / TimeSpan.TicksPerMicrosecond;
}
