namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Decisions are adjusted after the endpoint is done, too, when what they held is given back.</summary>
public abstract class ReleasedDecisionTests<TStore> : CountingTests<TStore>
    where TStore : TestedStore, new()
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ChargeAndRefund_ReleasedDecision_AreCountedAndUpdateTheStatus(bool isConcurrent)
    {
        Quota[] quotas = [Quota.FixedWindow("q", 10, Seconds(60)), .. isConcurrent ? [Quota.Concurrency("at once", 5)] : Array.Empty<Quota>()];
        var caller = Caller(quotas);
        var decision = await caller.TakeAsync(2);
        decision.Dispose();
        await decision.ChargeAsync(3);
        Assert.Equal(5, decision.Statuses[0].Remaining);
        await decision.RefundAsync(1);
        Assert.Equal(6, decision.Statuses[0].Remaining);
        await AssertRemainingAsync(caller, isConcurrent ? [6, 5] : [6]);
    }
}
