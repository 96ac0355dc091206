namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>What the script that takes permits leaves to the other one.</summary>
public class TakeTests
{
    private static readonly RateLimitPrincipal s_alice = new("user", "alice");

    [Fact]
    public async Task Take_OfACallerForWhomAnotherServerHoldsABatch_CountsItAsUsed()
    {
        var clock = new ManualTimeProvider();
        using var gateway = await DirectGateway.ConnectAsync(await SharedRedis.GetAsync());
        var plan = TestPlan.Create(clock, "mixed", Quota.FixedWindow("q", 100, TimeSpan.FromMinutes(1)), Quota.TokenBucket("b", 50, TimeSpan.FromMinutes(1)));
        var options = RedisTesting.OptionsOf(clock);
        var leases = EagerLeases.Of(maxBatch: 10, TimeSpan.FromSeconds(10));
        using var exact = new RedisQuotaCounter(plan, gateway, TakeGroups.Of(gateway, options), options, Fallback.Create(options, plan));
        var leasing = new LeasingQuotaCounter(
            new RedisQuotaCounter(plan, gateway, TakeGroups.Of(gateway, options), options with { LocalLeases = leases }, Fallback.Create(options, plan)), leases, options.Deadline);
        Assert.Equal((99, 49), Remaining(await exact.AcquireAsync(s_alice, 1, [])));
        Assert.Equal(1, gateway.Calls);

        // Four are used and the rest is held, how much is for the batches to say.
        for (var i = 0; i < 4; i++)
        {
            Assert.True((await leasing.AcquireAsync(s_alice, 1, [])).IsAcquired);
        }

        var calls = gateway.Calls;
        var first = Remaining(await exact.AcquireAsync(s_alice, 1, []));
        Assert.Equal(2, gateway.Calls - calls);
        Assert.InRange(first.Window, 100 - 6 - 9, 100 - 6 - 1);
        Assert.Equal(first.Window - 50, first.Bucket);
        Assert.Equal((first.Window - 5, first.Bucket - 5), Remaining(await exact.AcquireAsync(s_alice, 5, [])));
        Assert.Equal((first.Window - 5, first.Bucket - 5), Remaining(await exact.AcquireAsync(s_alice, 0, [])));

        // It waits for an answer, which this thread may be the one to bring.
        await Task.Run(leasing.Dispose);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(1_000)]
    public async Task Take_OfAWindowWithManySegments_LetsThemGoOneByOne(int segments)
    {
        using var counter = await TestedCounter.CreateAsync(Quota.SlidingWindow("q", 10_000, TimeSpan.FromSeconds(segments), segments));
        for (var i = 1; i <= segments; i++)
        {
            Assert.Equal(10_000 - i, (await counter.TakeAsync()).Statuses[0].Remaining);
            counter.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        // One segment more than the window has is live; from now on one leaves with each second.
        Assert.Equal(10_000 - segments - 1, (await counter.TakeAsync()).Statuses[0].Remaining);
        for (var left = segments; left > 3; left -= 3)
        {
            counter.Clock.Advance(TimeSpan.FromSeconds(3));
            Assert.Equal(10_000 - (left - 3) - 1, (await counter.TakeAsync(0)).Statuses[0].Remaining);
        }
    }

    private static (long Window, long Bucket) Remaining(ExternalLease lease) => (lease.Statuses[0].Remaining, lease.Statuses[1].Remaining);
}
