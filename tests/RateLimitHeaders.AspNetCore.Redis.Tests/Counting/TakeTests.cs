namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>What the script that takes permits leaves to the other one.</summary>
public class TakeTests
{
    [Fact]
    public async Task Take_OfACallerWithABatch_CountsItAsUsed()
    {
        using var plan = await TestedPlan.CreateAsync(Quota.FixedWindow("q", 100, TimeSpan.FromMinutes(1)), Quota.TokenBucket("b", 50, TimeSpan.FromMinutes(1)));
        Assert.Equal((99, 49), Remaining(await plan.TakeAsync()));
        Assert.Equal(1, plan.Runner.Calls);

        var batch = await plan.TakeBatchAsync(wanted: 9, permits: 5);
        Assert.Equal(9, batch.Batch.Extra);
        var calls = plan.Runner.Calls;
        Assert.Equal((84, 34), Remaining(await plan.TakeAsync()));
        Assert.Equal(2, plan.Runner.Calls - calls);
        Assert.Equal((79, 29), Remaining(await plan.TakeAsync(5)));
        Assert.Equal((79, 29), Remaining(await plan.TakeAsync(0)));
        Assert.Equal((79, 29), Remaining(await plan.PeekAsync()));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(1_000)]
    public async Task Take_OfAWindowWithManySegments_DropsThemOneByOne(int segments)
    {
        using var plan = await TestedPlan.CreateAsync(Quota.SlidingWindow("q", 10_000, TimeSpan.FromSeconds(segments), segments));
        for (var i = 1; i <= segments; i++)
        {
            Assert.Equal(10_000 - i, (await plan.TakeAsync()).Statuses[0].Remaining);
            plan.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        // The first leaves just now; from now on one leaves with each second.
        Assert.Equal(10_000 - segments, (await plan.TakeAsync()).Statuses[0].Remaining);
        for (var left = segments; left > 3; left -= 3)
        {
            plan.Clock.Advance(TimeSpan.FromSeconds(3));
            Assert.Equal(10_000 - (left - 3), (await plan.TakeAsync(0)).Statuses[0].Remaining);
        }
    }

    private static (long Window, long Bucket) Remaining(TestedDecision decision) => (decision.Statuses[0].Remaining, decision.Statuses[1].Remaining);
}
