namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A sliding window: the permits of a segment expire one window after the last of them was taken.</summary>
/// <param name="quota">The quota.</param>
/// <param name="segmentParts">How exactly moments are kept: see <see cref="TestedStore.SegmentParts"/>.</param>
internal sealed class SlidingWindowModel(RandomQuota quota, long segmentParts) : WindowModel(quota.LimitIn64ths / 64)
{
    private readonly long _segment = quota.Window / quota.Segments;

    public override ModelCharge Charge(long now, int permits)
    {
        var charge = new ModelCharge(now + quota.Window, permits, now / _segment);
        foreach (var other in Charges.Where(other => other.Expires > now))
        {
            other.Expires = other.Segment == charge.Segment
                ? charge.Expires
                : SegmentPart.EndOf(other.Expires - quota.Window, _segment, segmentParts) + quota.Window;
        }

        Charges.Add(charge);
        return charge;
    }

    protected override long AllAt(long now) => Charges.Where(charge => charge.Permits > 0).Select(charge => charge.Expires).Append(now).Max();
}
