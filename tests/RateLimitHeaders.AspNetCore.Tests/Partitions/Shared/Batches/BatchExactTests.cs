namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Requests that no batch serves, of callers of which permits are held.</summary>
public class BatchExactTests
{
    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task DifferentCosts_CallTheStoreAndHeldPermitsCountAsRemaining()
    {
        await using var servers = await CreateAsync(40);
        var (held, calls) = (servers.First.HeldPermits, servers.Store.Calls);
        Assert.InRange(held, 1, 50);
        var decision = await servers.TakeEachAsync([1, 100]);
        Assert.Equal([59, 9_860], Remaining(decision));
        Assert.Equal((held, calls + 1), (servers.First.HeldPermits, servers.Store.Calls));

        // And is known to what is served from memory.
        Assert.Equal([58, 9_859], Remaining(await servers.TakeAsync()));
        Assert.Equal(calls + 1, servers.Store.Calls);
    }

    [Fact]
    public async Task DifferentCosts_ThatFitWithWhatIsHeld_AreAdmitted()
    {
        await using var servers = await CreateAsync(40);
        var held = servers.First.HeldPermits;
        var decision = await servers.TakeEachAsync([60, 1]);
        Assert.True(decision.IsAcquired);
        Assert.Equal([0, 9_959], Remaining(decision));
        Assert.Equal(0, servers.First.HeldPermits);
        Assert.False((await servers.TakeAsync()).IsAcquired);
        Assert.InRange(held, 1, 50);
    }

    [Theory]
    [InlineData(61, 3_600)]
    [InlineData(101, null)]
    public async Task DifferentCosts_ThatDoNotFit_AreRejectedAsIfNothingWereHeld(long cost, int? retryAfter)
    {
        await using var servers = await CreateAsync(40);
        var decision = await servers.TakeEachAsync([cost, 1]);
        Assert.Equal((RateLimitOutcome.Rejected, 0), (decision.Outcome, decision.LongestWait));
        Assert.Equal(retryAfter, (int?)decision.RetryAfter?.TotalSeconds);
        Assert.True(decision.Statuses[0].IsViolated);
        if (retryAfter is not null)
        {
            Assert.Equal([60, 9_960], Remaining(decision));
        }

        Assert.Equal([59, 9_959], Remaining(await servers.TakeAsync()));
    }

    [Fact]
    public async Task AnyLeft_WhileAllThatIsLeftIsHeld_IsAdmitted()
    {
        await using var servers = await CreateAsync(20);
        Assert.True((await servers.TakeEachAsync([80 - servers.First.HeldPermits, 0])).IsAcquired);
        Assert.InRange(servers.First.HeldPermits, 1, 50);
        Assert.True((await servers.TakeEachAsync([PermitCost.AnyLeft, PermitCost.AnyLeft])).IsAcquired);
        Assert.Equal(0, servers.First.HeldPermits);
    }

    [Fact]
    public async Task AnyLeft_OfAnUnknownCaller_CallsTheStore()
    {
        await using var servers = await CreateAsync(0);
        Assert.True((await servers.TakeEachAsync([PermitCost.AnyLeft, PermitCost.AnyLeft])).IsAcquired);
        Assert.Equal((0, 1), (servers.First.Callers, servers.Store.Calls));
    }

    [Fact]
    public async Task DifferentCosts_WithOtherLimits_EndBatches()
    {
        await using var servers = await CreateAsync(40);
        Assert.InRange(servers.First.HeldPermits, 1, 50);
        var decision = await servers.TakeEachAsync([10, 1], limits: [50, 10_000]);
        Assert.Equal((true, 50), (decision.IsAcquired, decision.Statuses[0].Limit));
        Assert.Equal(0, servers.First.HeldPermits);
        await servers.AdvanceAsync(s_hold);
        Assert.Equal(0, (await servers.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task DifferentAdjustments_OfADecisionOutOfABatch_AreSettledInTheStore()
    {
        await using var servers = await CreateAsync(40);
        var decision = await servers.TakeAsync(permits: 2);
        await servers.SettleAsync();
        await decision.AdjustAsync(-1, 7);
        Assert.Equal([59, 9_951], Remaining(decision));

        // From then on, all of it.
        var calls = servers.Store.Calls;
        await decision.AdjustAsync(-5, -5);
        Assert.Equal([60, 9_956], Remaining(decision));
        Assert.Equal(calls + 1, servers.Store.Calls);
        Assert.Equal([60, 9_956], Remaining(await servers.TakeAsync(permits: 0)));
    }

    [Fact]
    public async Task DifferentCosts_WhileTheStoreFails_AreUnavailableAndTheBatchStaysInUse()
    {
        await using var servers = await CreateAsync(40);
        servers.Store.Break();
        Assert.Equal(RateLimitOutcome.Unavailable, (await servers.TakeEachAsync([1, 2])).Outcome);
        Assert.Equal(RateLimitOutcome.Unavailable, (await servers.TakeEachAsync([1, 2])).Outcome);
        Assert.True((await servers.TakeAsync()).IsAcquired);
    }

    private static async Task<BatchServers> CreateAsync(int taken)
    {
        var servers = BatchServers.Create(
            1,
            BatchServers.Eager(50, s_hold),
            Quota.FixedWindow("hourly", 100, TimeSpan.FromHours(1)),
            Quota.FixedWindow("daily", 10_000, TimeSpan.FromDays(1)));
        await servers.TakeManyAsync(taken);
        return servers;
    }

    private static IEnumerable<long> Remaining(TestedDecision decision) => decision.Statuses.ToArray().Select(status => status.Remaining);
}
