namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What a quota should say, counted in the plainest way that there is, with no regard to cost.</summary>
internal abstract class QuotaModel(long limit)
{
    public long Limit { get; set; } = limit;

    /// <param name="quota">The quota.</param>
    /// <param name="segmentParts">How exactly a sliding window keeps the moments of charges: see <see cref="TestedStore.SegmentParts"/>.</param>
    public static QuotaModel Of(RandomQuota quota, long segmentParts) => quota.Algorithm switch
    {
        RandomQuota.Bucket => new BucketModel(quota),
        RandomQuota.Sliding => new SlidingWindowModel(quota, segmentParts),
        _ => new FixedWindowModel(quota),
    };

    /// <summary>Gets the first moment at which permits fit; <see langword="null"/> if they never do.</summary>
    public abstract long? FitsAt(long now, int permits);

    /// <summary>Counts permits.</summary>
    /// <returns>What gives them back.</returns>
    public abstract ModelCharge Charge(long now, int permits);

    public abstract string Says(long now);

    protected static string Says(long limit, long remaining, long? untilMore, long untilAll) =>
        $"{remaining} of {limit}, more {(untilMore is { } more ? new TimeSpan(more) : null)}, all {new TimeSpan(untilAll)}";
}
