using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What the seam asks of partitions whose limiters only acquire.</summary>
public class ForeignContractTests
{
    [Fact]
    public async Task Acquire_Admitted_HoldsTheLeaseUntilItIsReleasedOnce()
    {
        var lease = new ScriptedLease(isAcquired: true);
        using var foreign = new ForeignUnderTest(_ => new ScriptedLimiter(() => lease));

        var decision = await foreign.AskAsync("/ada");
        Assert.True(decision.IsAcquired);
        Assert.True(decision.HoldsPermits);
        Assert.Same(lease, decision.State);
        Assert.Equal("the policy has a limiter of the application, which does not report what is left.", decision.Reason);
        Assert.Equal(foreign.Context.Clock.Now, decision.TakenAt);
        Assert.Equal(0, lease.Disposals);

        await foreign.ReleaseAsync(decision);
        await foreign.ReleaseAsync(decision);
        Assert.False(decision.HoldsPermits);
        Assert.Equal(1, lease.Disposals);
    }

    [Fact]
    public async Task Acquire_Rejected_HoldsNothing()
    {
        var lease = new ScriptedLease(isAcquired: false, TimeSpan.FromSeconds(7));
        using var foreign = new ForeignUnderTest(_ => new ScriptedLimiter(() => lease));

        var decision = await foreign.AskAsync("/ada");

        Assert.Equal(RateLimitOutcome.Rejected, decision.Outcome);
        Assert.Equal(TimeSpan.FromSeconds(7), decision.RetryAfter);
        Assert.Equal("the policy has a limiter of the application, which does not report what is left.", decision.Reason);
        Assert.False(decision.HoldsPermits);
        Assert.Equal(1, lease.Disposals);
    }

    [Fact]
    public async Task Acquire_OfALimiterThatThrows_Throws()
    {
        using var foreign = new ForeignUnderTest(_ => new ScriptedLimiter(() => throw new TimeoutException()));

        await Assert.ThrowsAsync<TimeoutException>(() => foreign.AskAsync("/ada"));
    }

    [Fact]
    public async Task Acquire_OfALeaseThatThrows_ThrowsAndDisposesIt()
    {
        var lease = new ScriptedLease(isAcquired: true) { Metadata = () => throw new TimeoutException() };
        using var foreign = new ForeignUnderTest(_ => new ScriptedLimiter(() => lease));

        await Assert.ThrowsAsync<TimeoutException>(() => foreign.AskAsync("/ada"));
        Assert.Equal(1, lease.Disposals);
    }

    [Fact]
    public async Task Acquire_WithoutARequest_Throws()
    {
        using var foreign = new ForeignUnderTest(_ => new ScriptedLimiter(() => new ScriptedLease(isAcquired: true)));

        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await foreign.Partitions.AcquireAsync(new AcquireArguments(default, default, default), new RateLimitDecision()));
    }

    [Fact]
    public async Task Peek_ReturnsNoStatusesAndTheReason()
    {
        var made = 0;
        using var foreign = new ForeignUnderTest(_ =>
        {
            made++;
            return new ScriptedLimiter(() => new ScriptedLease(isAcquired: true));
        });
        var decision = new RateLimitDecision();

        await foreign.Partitions.PeekAsync(new(default, default, decision), default);

        Assert.True(decision.Statuses.IsEmpty);
        Assert.Equal("the policy finds the partition of a caller by its requests.", decision.Reason);
        Assert.Equal(0, made);
    }

    [Fact]
    public async Task AdjustAndReset_ChangeNothing()
    {
        using var foreign = new ForeignUnderTest(
            _ => new FixedWindowRateLimiter(new() { PermitLimit = 5, Window = TimeSpan.FromHours(1), AutoReplenishment = false }));
        var decision = await foreign.AskAsync("/ada");

        await foreign.Partitions.AdjustAsync(decision, new AdjustArguments(new long[] { 2 }));
        await foreign.Partitions.AdjustAsync(decision, new AdjustArguments(default));
        await foreign.Partitions.ResetAsync(default, default);

        Assert.Equal(4, decision.Statuses[0].Remaining);
        Assert.Equal(3, (await foreign.AskAsync("/ada")).Statuses[0].Remaining);
    }

    [Fact]
    public void Definition_WithTheSameDelegate_IsEqual()
    {
        Func<HttpContext, RateLimitPartition<string>> partitioner = _ => RateLimitPartition.GetNoLimiter("all");
        Func<HttpContext, RateLimitPartition<string>> other = _ => RateLimitPartition.GetNoLimiter("all");

        Assert.Equal(new ForeignPartitioner<string>(partitioner), new ForeignPartitioner<string>(partitioner));
        Assert.NotEqual(new ForeignPartitioner<string>(partitioner), new ForeignPartitioner<string>(other));
    }

    [Fact]
    public void Update_OfThePlan_KeepsThePartitions()
    {
        using var foreign = new ForeignUnderTest(_ => new ScriptedLimiter(() => new ScriptedLease(isAcquired: true)));

        Assert.True(foreign.Partitions.TryUpdate(new PlanDefinition("stock", "none", []) { Headers = HeadersWhen.Never }));
        Assert.True(foreign.Partitions.UsesCancellation);
    }
}
