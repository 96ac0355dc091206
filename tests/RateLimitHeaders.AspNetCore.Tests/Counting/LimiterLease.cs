namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A decision of a <see cref="LimiterCounter"/>.</summary>
internal sealed class LimiterLease(QuotaLease lease, RateLimitClock clock) : ExternalLease
{
    public override bool IsAcquired => lease.IsAcquired;

    public override ReadOnlySpan<QuotaStatus> Statuses => lease.Statuses;

    public override TimeSpan? RetryAfter => lease.RetryAfter;

    public override TimeSpan Age => new(clock.Now - lease.TakenAt);

    public override int LongestWait => lease.LongestWait;

    public override bool HoldsPermits => lease.HoldsConcurrency;

    public override ValueTask ChargeAsync(int permits)
    {
        lease.Charge(permits);
        return default;
    }

    public override ValueTask RefundAsync(int permits)
    {
        lease.Refund(permits);
        return default;
    }

    public override ValueTask RefreshAsync()
    {
        Assert.True(lease.TryRefresh());
        return default;
    }

    protected override void Dispose(bool disposing)
    {
        lease.Dispose();
        base.Dispose(disposing);
    }
}
