namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A bucket whose tokens take a whole number of ticks each.</summary>
internal sealed class BucketModel(RandomQuota quota) : QuotaModel(quota.LimitIn64ths / 64)
{
    private readonly long _perToken = quota.Window / (quota.LimitIn64ths / 64);
    private long _fullAt;

    public override long? FitsAt(long now, int permits) =>
        permits > Limit ? null : Math.Max(now, now + OwedAt(now) + (permits * _perToken) - quota.Window);

    public override ModelCharge Charge(long now, int permits)
    {
        _fullAt = now + OwedAt(now) + (permits * _perToken);
        return new ModelCharge(_fullAt, permits);
    }

    public override string Says(long now)
    {
        var owed = OwedAt(now);
        var remaining = Math.Max(0, (quota.Window - owed) / _perToken);
        return Says(Limit, remaining, owed == 0 ? null : owed + ((remaining + 1) * _perToken) - quota.Window, owed);
    }

    private long OwedAt(long now) => Math.Max(0, _fullAt - now);
}
