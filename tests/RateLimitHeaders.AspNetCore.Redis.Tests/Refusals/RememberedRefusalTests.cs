namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class RememberedRefusalTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Flood_OfARefusedCaller_DoesNotReachRedisUntilItsWaitIsOver()
    {
        using var tested = await TestedCounter.CreateAsync(Quota.FixedWindow("q", 2, s_minute));
        await tested.TakeAsync(2);
        Assert.Equal(1, await tested.CallsOfAsync(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                Assert.False((await tested.TakeAsync()).IsAcquired);
            }
        }));

        tested.Clock.Advance(s_minute - new TimeSpan(1));
        Assert.Equal(0, await tested.CallsOfAsync(async () => Assert.False((await tested.TakeAsync()).IsAcquired)));
        tested.Clock.Advance(new TimeSpan(1));
        Assert.True((await tested.TakeAsync()).IsAcquired);
        Assert.Equal(0, tested.Counter.RememberedRefusals);
    }

    [Fact]
    public async Task RememberedRefusal_AfterSomeTime_SaysWhatRedisSaidAndHowLongAgo()
    {
        using var tested = await TestedCounter.CreateAsync(Quota.FixedWindow("a", 9, s_minute), Quota.FixedWindow("b", 2, s_minute));
        await tested.TakeAsync(2);
        var first = await tested.TakeAsync();
        tested.Clock.Advance(TimeSpan.FromSeconds(20));
        var again = await tested.TakeAsync();
        Assert.Equal((false, TimeSpan.FromSeconds(40), 1), (again.IsAcquired, again.RetryAfter, again.LongestWait));
        Assert.Equal(TimeSpan.FromSeconds(20), again.Age);
        Assert.Equal(first.TakenAt, again.TakenAt);
        Assert.Equal(first.Statuses.ToArray(), again.Statuses.ToArray());
        Assert.True(again.Statuses[1].IsViolated);
        Assert.False(again.HoldsPermits);
    }

    [Fact]
    public async Task Refusal_ForSmallerCostsOtherLimitsPeeksAndOtherCallers_IsAskedOfRedis()
    {
        using var tested = await TestedCounter.CreateAsync(Quota.FixedWindow("q", 5, s_minute));
        await tested.TakeAsync(3, limits: 5);
        Assert.False((await tested.TakeAsync(3, limits: 5)).IsAcquired);
        Assert.Equal(0, await tested.CallsOfAsync(async () => Assert.False((await tested.TakeAsync(4, limits: 5)).IsAcquired)));
        Assert.Equal(4, await tested.CallsOfAsync(async () =>
        {
            Assert.True((await tested.TakeAsync(0, limits: 5)).IsAcquired);
            Assert.True((await tested.TakeAsync(2, limits: 5)).IsAcquired);
            Assert.True((await tested.TakeAsync(3, limits: 8)).IsAcquired);
            Assert.True((await tested.TakeAsync(3, "bob", 5)).IsAcquired);
        }));
    }

    [Fact]
    public async Task Refusal_AfterARefund_IsForgotten()
    {
        using var tested = await TestedCounter.CreateAsync(Quota.FixedWindow("q", 2, s_minute));
        var lease = await tested.TakeAsync(2);
        Assert.False((await tested.TakeAsync()).IsAcquired);
        await lease.RefundAsync(1);
        Assert.True((await tested.TakeAsync()).IsAcquired);
    }

    [Fact]
    public async Task Refusal_OfConcurrencyOrWithoutAnEnd_IsNotRemembered()
    {
        using var tested = await TestedCounter.CreateAsync(Quota.Concurrency("q", 1), Quota.FixedWindow("w", 9, s_minute));
        using var lease = await tested.TakeAsync();
        Assert.False((await tested.TakeAsync()).IsAcquired);
        Assert.False((await tested.TakeAsync(20)).IsAcquired);
        Assert.Equal(0, tested.Counter.RememberedRefusals);
    }

    [Fact]
    public async Task Refusals_WhenSwitchedOff_AreAskedOfRedis()
    {
        using var tested = await TestedCounter.CreateAsync(new RedisStoreOptions { RememberRefusals = false }, Quota.FixedWindow("q", 1, s_minute));
        await tested.TakeAsync();
        Assert.Equal(2, await tested.CallsOfAsync(async () =>
        {
            Assert.False((await tested.TakeAsync()).IsAcquired);
            Assert.False((await tested.TakeAsync()).IsAcquired);
        }));
    }

    [Fact]
    public async Task Refusals_OfMoreCallersThanFit_AreBoundedAndDroppedWhenOver()
    {
        // A plan under test has room for 1,000 callers.
        using var tested = await TestedCounter.CreateAsync(Quota.FixedWindow("q", 1, s_minute));
        async Task RefuseAsync(string id)
        {
            await tested.TakeAsync(1, id);
            Assert.False((await tested.TakeAsync(1, id)).IsAcquired);
        }

        for (var i = 0; i < 1_100; i++)
        {
            await RefuseAsync($"caller {i}");
        }

        Assert.Equal(tested.Plan.MaxPartitions, tested.Counter.RememberedRefusals);
        tested.Clock.Advance(2 * s_minute);
        await RefuseAsync("newcomer");
        Assert.Equal(1, tested.Counter.RememberedRefusals);
    }
}
