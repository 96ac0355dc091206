using static RateLimitHeaders.AspNetCore.Tests.QuotaTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What a lease does, beyond what each store's must do.</summary>
public class LeaseTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void ChargeAndRefund_Negative_Throw()
    {
        var lease = QuotaRateLimiter.Create(_clock, Quota.FixedWindow("q", 1, Seconds(60))).Take();
        Assert.Throws<ArgumentOutOfRangeException>("permits", () => lease.Charge(-1));
        Assert.Throws<ArgumentOutOfRangeException>("permits", () => lease.Refund(-1));
    }

    [Fact]
    public void ChargeAndRefund_DisposedLeaseOrLimiter_DoNothing()
    {
        var limiter = QuotaRateLimiter.Create(_clock, Quota.FixedWindow("q", 5, Seconds(60)));
        var disposed = limiter.Take();
        var lease = limiter.Take();
        disposed.Dispose();
        disposed.Charge(2);
        disposed.Refund(1);
        Assert.Equal(3, limiter.Peek().Statuses[0].Remaining);

        limiter.Dispose();
        lease.Charge(2);
        lease.Refund(1);
        lease.Dispose();
        Assert.Equal(3, lease.Statuses[0].Remaining);
    }

    [Fact]
    public void Charge_OfZero_OnlyReads()
    {
        var lease = QuotaRateLimiter.Create(_clock, Quota.FixedWindow("q", 10, Seconds(60))).Take();
        _clock.Advance(Seconds(60));
        lease.Charge(0);
        AssertStatus(lease, 10, 10, null, TimeSpan.Zero);
    }

    [Fact]
    public void ChargeAndRefund_OfARejectedLease_DoNothing()
    {
        var limiter = QuotaRateLimiter.Create(_clock, Quota.FixedWindow("q", 5, Seconds(60)));
        limiter.Take(3);
        var rejected = limiter.Take(3);
        rejected.Charge(1);
        rejected.Refund(1);
        Assert.Equal((false, 2L), (rejected.IsAcquired, rejected.Statuses[0].Remaining));
        Assert.Equal(2, limiter.Peek().Statuses[0].Remaining);
    }
}
