namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A fixed or sliding window: it keeps every charge with the moment at which that leaves the window.</summary>
internal sealed class WindowModel(RandomQuota quota) : QuotaModel(quota.LimitIn64ths / 64)
{
    private readonly List<ModelCharge> _charges = [];
    private long _end;

    private bool IsSliding => quota.Algorithm == RandomQuota.Sliding;

    public override long? FitsAt(long now, int permits) => permits > Limit ? null : FirstMoment(now, at => UsedAt(at) + permits <= Limit);

    public override ModelCharge Charge(long now, int permits)
    {
        _end = EndAt(now);
        var charge = new ModelCharge(_end, permits);
        _charges.Add(charge);
        return charge;
    }

    public override string Says(long now)
    {
        var remaining = RemainingAt(now);
        var last = _charges.Where(charge => charge.Permits > 0).Select(charge => charge.Expires).Append(now).Max();

        // A fixed window that is open tells when it ends, whatever is used; an aligned one is always open.
        var untilAll = (IsSliding ? last : quota.Algorithm == RandomQuota.Aligned ? EndAt(now) : Math.Max(now, _end)) - now;
        return Says(Limit, remaining, FirstMoment(now, at => RemainingAt(at) > remaining) - now, untilAll);
    }

    private long EndAt(long now)
    {
        if (IsSliding)
        {
            var segment = quota.Window / quota.Segments;
            return ((now / segment) + 1 + quota.Segments) * segment;
        }

        return now < _end ? _end : quota.Algorithm == RandomQuota.Aligned ? ((now / quota.Window) + 1) * quota.Window : now + quota.Window;
    }

    private long? FirstMoment(long now, Func<long, bool> condition) =>
        _charges.Select(charge => charge.Expires).Append(now).Where(at => at >= now && condition(at)).Order().Cast<long?>().FirstOrDefault();

    private long UsedAt(long moment) => _charges.Where(charge => charge.Expires > moment).Sum(charge => charge.Permits);

    private long RemainingAt(long moment) => Math.Max(0, Limit - UsedAt(moment));
}
