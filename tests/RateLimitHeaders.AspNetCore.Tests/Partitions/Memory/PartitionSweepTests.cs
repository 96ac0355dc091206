namespace RateLimitHeaders.AspNetCore.Tests;

public class PartitionSweepTests
{
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);

    [Fact]
    public void Partition_ThatIsNotFull_IsKept()
    {
        using var policy = new PolicyUnderTest(10, Quota.FixedWindow("api", 5, s_window));
        policy.Ask("ada");

        policy.Time.Advance(s_window - TimeSpan.FromTicks(1));
        policy.Partitions.Sweep();

        Assert.Equal(1, policy.Partitions.Count);
        Assert.Equal(3, policy.Ask("ada").Statuses[0].Remaining);
    }

    [Fact]
    public void Partition_ThatIsFullAgain_IsDroppedByItself()
    {
        using var policy = new PolicyUnderTest(10, Quota.FixedWindow("api", 5, s_window));
        policy.Ask("ada");

        policy.Time.Advance(s_window * 1.25);

        Assert.Equal(0, policy.Partitions.Counted);
        Assert.Equal(0, policy.Partitions.Count);
    }

    [Fact]
    public void Partitions_OfARemovedPlan_AreNotKeptByRequestsInProgress()
    {
        using var policy = new PolicyUnderTest(10, Quota.FixedWindow("api", 5, s_window));
        policy.Ask("ada");
        policy.Ask("grace");

        policy.Partitions.Dispose();

        Assert.Equal((0, 0), (policy.Partitions.Count, policy.Partitions.Counted));
    }

    [Fact]
    public void Partition_WithTwoQuotas_IsKeptUntilTheLongerOneIsFull()
    {
        using var policy = new PolicyUnderTest(
            10, Quota.TokenBucket("burst", 20, 10.0), Quota.SlidingWindow("hourly", 100, TimeSpan.FromHours(1)));
        policy.Ask("ada");

        policy.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        policy.Partitions.Sweep();

        Assert.Equal(1, policy.Partitions.Count);
    }

    [Fact]
    public async Task Partition_WithHeldConcurrency_IsKeptHoweverLong()
    {
        using var policy = new PolicyUnderTest(10, Quota.Concurrency("slots", 2));
        var decision = policy.Ask("ada");

        policy.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, policy.Partitions.Count);

        await policy.Partitions.ReleaseAsync(decision);
        policy.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, policy.Partitions.Count);
    }

    [Fact]
    public async Task Timers_OfAnyNumberOfPartitions_AreOnePerPlanAndNoneAfterwards()
    {
        var api = await TestApi.StartAsync(limits => limits
            .FixedWindow(3, s_window)
            .AddPolicy("other", policy => policy
                .ForAnonymous(plan => plan.FixedWindow(3, s_window))
                .ForOthers(plan => plan.Exempt())));
        var time = api.Time;

        // Users and anonymous callers of the default policy, anonymous callers of the other one.
        Assert.Equal(3, time.RunningTimers);
        for (var i = 0; i < 50; i++)
        {
            await api.SendAsync(claims: [$"sub=user-{i}"]);
        }

        Assert.Equal(3, time.RunningTimers);
        await api.DisposeAsync();
        Assert.Equal(0, time.RunningTimers);
    }

    [Fact]
    public async Task Timers_OfAForeignPolicy_AreOneAndNoneAfterwards()
    {
        var api = await TestApi.StartAsync(limits => limits
            .AddPolicy("stock", context => System.Threading.RateLimiting.RateLimitPartition.GetNoLimiter(context.TraceIdentifier)));
        var time = api.Time;
        Assert.Equal(1, time.RunningTimers);

        await api.DisposeAsync();
        Assert.Equal(0, time.RunningTimers);
    }
}
