namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Buckets that owe many times what they hold: no debt is forgotten, and no refund gives back what is not due.</summary>
public class BucketDebtTests
{
    [Theory]
    [InlineData(1_000_000, 10)]
    [InlineData(10_000, 0)]
    [InlineData(10_000, 1)]
    [InlineData(10_000, 0.5)]
    [InlineData(1_000_000_000, 1)]
    public async Task Limit_LoweredAndRaisedAgain_AdmitsNothingMore(double limit, double lowered)
    {
        foreach (var withConcurrency in new[] { false, true })
        {
            using var plan = await CreateAsync(limit, withConcurrency);
            Assert.True((await TakeAsync(plan, (long)limit, limit)).IsAcquired);
            for (var i = 0; i < 3; i++)
            {
                Assert.False((await TakeAsync(plan, 1, lowered)).IsAcquired);
                var rejected = await TakeAsync(plan, 1, limit);
                Assert.Equal((false, 0L), (rejected.IsAcquired, rejected.Statuses[0].Remaining));
            }
        }
    }

    [Theory]
    [InlineData(1_000_000, 10)]
    [InlineData(10_000, 1)]
    public async Task Limit_LoweredAndRaisedAgain_RefillsNoSlowerThanByAPart(double limit, double lowered)
    {
        using var plan = await CreateAsync(limit, withConcurrency: false);
        await TakeAsync(plan, (long)limit, limit);
        await TakeAsync(plan, 1, lowered);
        Assert.InRange((await TakeAsync(plan, 1, limit)).Statuses[0].UntilAll!.Value, Day, Day + TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Refund_OfMuchThatWasChargedToABucketThatOthersUsedUp_GivesBackNothingOfTheirs()
    {
        foreach (var withConcurrency in new[] { false, true })
        {
            using var plan = await CreateAsync(100, withConcurrency);
            Assert.True((await TakeAsync(plan, 99, 100)).IsAcquired);
            var decision = await TakeAsync(plan, 1, 100);
            await decision.AdjustAsync(Each(plan, 500_000));
            await decision.AdjustAsync(Each(plan, -500_000));
            Assert.Equal(0, decision.Statuses[0].Remaining);
            Assert.InRange((await TakeAsync(plan, 1, 100)).RetryAfter!.Value, Day / 100, (Day / 100) + TimeSpan.FromMilliseconds(1));

            // The one of the request itself may come back.
            await decision.AdjustAsync(Each(plan, -500_000));
            Assert.Equal(1, decision.Statuses[0].Remaining);
        }
    }

    [Fact]
    public async Task Refund_AfterTheLimitWasRaisedAndLowered_GivesBackNoMoreThanWasTaken()
    {
        using var plan = await CreateAsync(10, withConcurrency: false);
        var decision = await TakeAsync(plan, 1, 10);
        Assert.True((await TakeAsync(plan, 99, 100)).IsAcquired);
        Assert.False((await TakeAsync(plan, 1, 10)).IsAcquired);
        await decision.AdjustAsync(-10);
        var rejected = await TakeAsync(plan, 1, 10);
        Assert.Equal((false, 0L), (rejected.IsAcquired, rejected.Statuses[0].Remaining));
        Assert.InRange(rejected.Statuses[0].UntilAll!.Value, 9.9 * Day, 10 * Day);
    }

    private static Task<TestedPlan> CreateAsync(double limit, bool withConcurrency) => withConcurrency
        ? TestedPlan.CreateAsync(Quota.TokenBucket("q", limit, Day), Quota.Concurrency("at once", 1_000))
        : TestedPlan.CreateAsync(Quota.TokenBucket("q", limit, Day));

    private static long[] Each(TestedPlan plan, long permits) => plan.Costs(1).Length == 1 ? [permits] : [permits, 0];

    private static async Task<TestedDecision> TakeAsync(TestedPlan plan, long permits, double limit)
    {
        var principal = new RateLimitPrincipal("user", "alice");
        var decision = new RateLimitDecision { Principal = principal };
        double[] limits = plan.Costs(1).Length == 1 ? [limit] : [limit, double.NaN];
        await plan.Partitions.AcquireAsync(new AcquireArguments(principal, Each(plan, permits), limits), decision);
        return new(plan.Partitions, decision, limits.Length, RateLimitClock.For(plan.Clock));
    }
}
