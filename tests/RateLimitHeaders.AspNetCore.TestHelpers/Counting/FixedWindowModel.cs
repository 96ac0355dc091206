namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A fixed window: all charges expire when it ends.</summary>
internal sealed class FixedWindowModel(RandomQuota quota) : WindowModel(quota.LimitIn64ths / 64)
{
    private long _end;

    private bool IsAligned => quota.Algorithm == RandomQuota.Aligned;

    public override ModelCharge Charge(long now, int permits)
    {
        _end = EndAt(now);
        var charge = new ModelCharge(_end, permits);
        Charges.Add(charge);
        return charge;
    }

    /// <remarks>A window that is open tells when it ends, whatever is used; an aligned one is always open.</remarks>
    protected override long AllAt(long now) => IsAligned ? EndAt(now) : Math.Max(now, _end);

    private long EndAt(long now) => now < _end ? _end : IsAligned ? ((now / quota.Window) + 1) * quota.Window : now + quota.Window;
}
