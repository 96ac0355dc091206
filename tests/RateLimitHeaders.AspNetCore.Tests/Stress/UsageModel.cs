namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// The least that a caller must have used of a quota, by another arithmetic than the library's. Of what happens within one
/// instant the order is not known: the model takes the one that is best for the library, so that what it finds is a fault.
/// </summary>
internal abstract class UsageModel(decimal limit, long window)
{
    // Of decimals with 28 digits.
    private const decimal RoundingError = 0.000_001m;

    protected decimal Limit => limit;

    protected long Window => window;

    /// <param name="quota">The quota.</param>
    /// <param name="limit">The most that its limit ever was.</param>
    /// <param name="partitions">How many partitions may have counted for the caller.</param>
    public static UsageModel? Of(RandomQuota quota, double limit, int partitions) => quota.Algorithm switch
    {
        RandomQuota.Bucket => new BucketUsage((decimal)limit * partitions, quota.Window),
        RandomQuota.Sliding => new SlidingUsage((long)limit * partitions, quota.Window),
        RandomQuota.Aligned => new FixedUsage((long)limit * partitions, quota.Window, isAligned: true),

        // Windows that open with a request are not the same in two partitions.
        _ => partitions == 1 ? new FixedUsage((long)limit, quota.Window, isAligned: false) : null,
    };

    /// <summary>Goes through what happened, in the order of time, and fails where more was granted than may be.</summary>
    public void Check(IEnumerable<StressEvent> events, string what)
    {
        foreach (var instant in events.GroupBy(happened => happened.At).OrderBy(group => group.Key))
        {
            var granted = instant.Where(happened => happened.Kind == StressEventKind.Grant).Sum(happened => happened.Permits);
            var charged = instant.Where(happened => happened.Kind == StressEventKind.Charge).Sum(happened => happened.Permits);
            var refunds = instant.Where(happened => happened.Kind is StressEventKind.Refund or StressEventKind.ChargeRefund);
            var used = Take(instant.Key, granted, charged, refunds);
            if (granted > 0 && used > limit + RoundingError)
            {
                Assert.Fail($"over-admitted: {what} had used {used} of {limit} at {instant.Key}, where {granted} were granted");
            }
        }
    }

    /// <returns>What is used right after the last grant of the instant.</returns>
    protected abstract decimal Take(long at, long granted, long charged, IEnumerable<StressEvent> refunds);
}
