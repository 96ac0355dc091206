namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What a store's leases do that a limiter's own do not: they are settled after the endpoint is done, too.</summary>
public abstract class DisposedLeaseTests<TStore> : CountingTests<TStore>
    where TStore : TestedStore, new()
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ChargeAndRefund_DisposedLease_AreCountedAndTold(bool isConcurrent)
    {
        Quota[] quotas = [Quota.FixedWindow("q", 10, Seconds(60)), .. isConcurrent ? [Quota.Concurrency("at once", 5)] : Array.Empty<Quota>()];
        var caller = Caller(quotas);
        var lease = await caller.TakeAsync(2);
        lease.Dispose();
        await lease.ChargeAsync(3);
        Assert.Equal(5, lease.Statuses[0].Remaining);
        await lease.RefundAsync(1);
        Assert.Equal(6, lease.Statuses[0].Remaining);
        await AssertRemainingAsync(caller, isConcurrent ? [6, 5] : [6]);
    }
}
