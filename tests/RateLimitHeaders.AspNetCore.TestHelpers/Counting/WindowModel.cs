namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A window: it keeps every charge with the moment at which that is not counted any more.</summary>
internal abstract class WindowModel(long limit) : QuotaModel(limit)
{
    protected List<ModelCharge> Charges { get; } = [];

    public override long? FitsAt(long now, int permits) => permits > Limit ? null : FirstMoment(now, at => UsedAt(at) + permits <= Limit);

    public override string Says(long now)
    {
        var remaining = RemainingAt(now);
        return Says(Limit, remaining, FirstMoment(now, at => RemainingAt(at) > remaining) - now, AllAt(now) - now);
    }

    /// <summary>Gets the moment that is told as the one at which all is back.</summary>
    protected abstract long AllAt(long now);

    private long? FirstMoment(long now, Func<long, bool> condition) =>
        Charges.Select(charge => charge.Expires).Append(now).Where(at => at >= now && condition(at)).Order().Cast<long?>().FirstOrDefault();

    private long UsedAt(long moment) => Charges.Where(charge => charge.Expires > moment).Sum(charge => charge.Permits);

    private long RemainingAt(long moment) => Math.Max(0, Limit - UsedAt(moment));
}
