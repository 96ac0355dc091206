namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Counts in a real server, by the clock of the test, and asks it every time.</summary>
public sealed class RedisTestStore : TestedStore
{
    private static readonly TimeSpan s_lifetime = TimeSpan.FromDays(1);

    private static int s_plans;

    public override TimeSpan Resolution => TimeSpan.FromMicroseconds(1);

    public override int Histories => 50;

    // The moment of each segment's last permit is kept exactly.
    public override long SegmentParts => 0;

    // Nothing is renewed here.
    public override TimeSpan LongestHold => s_lifetime - Resolution;

    public override PlanPartitions CreatePartitions(ManualTimeProvider clock, params Quota[] quotas)
    {
        // Its own keys, since all tests share a server.
        var context = TestPlan.Create(clock, $"api{Interlocked.Increment(ref s_plans)}", quotas);
        var options = RedisTesting.OptionsOf(clock);
        options.HeldPermitLifetime = s_lifetime;
        Assert.Empty(RedisStoreChecks.Plan(context.Plan));
        return RedisTesting.PartitionsOf(context, new TimedRunner(TestedRunner.Shared(), clock), options);
    }
}
