using System.Numerics;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The quotas of a plan as the scripts understand them.</summary>
internal static class PackedPlan
{
    /// <summary>How many numbers describe a quota.</summary>
    public const int NumbersPerQuota = 4;

    private const double FixedWindow = 1;
    private const double SlidingWindow = 2;
    private const double TokenBucket = 3;
    private const double Concurrency = 4;

    // A full bucket is less than 2^51 debt units, so that one that owes three times what it holds is still counted exactly,
    // and the units per token become coarse only for limits of billions.
    private const int BitsOfFullBucket = 51;

    /// <param name="quotas">The quotas.</param>
    /// <param name="leaseTime">How long a concurrency lease lives that nobody renews.</param>
    public static double[] Of(IReadOnlyList<Quota> quotas, TimeSpan leaseTime)
    {
        var numbers = new List<double>();
        foreach (var quota in quotas)
        {
            var (algorithm, length, detail) = Describe(quota, leaseTime);
            numbers.AddRange(algorithm, length, detail, quota.Limit);
        }

        return [.. numbers];
    }

    private static (double Algorithm, double Length, double Detail) Describe(Quota quota, TimeSpan leaseTime) => quota switch
    {
        FixedWindowQuota window => (FixedWindow, Microseconds(window.Description.Window!.Value), window.AlignsToClock ? 1 : 0),
        SlidingWindowQuota window => (SlidingWindow, window.SegmentLength.Ticks, window.Segments),
        TokenBucketQuota bucket => DescribeBucket(bucket.Description.Window!.Value.Ticks),
        ConcurrencyQuota concurrency => (Concurrency, Microseconds(concurrency.RetryAfter), Microseconds(leaseTime)),
        _ => throw new NotSupportedException($"Quota \"{quota.Description.Name}\": {quota.GetType().Name} cannot be counted in Redis."),
    };

    private static (double Algorithm, double Period, double UnitsPerMicrosecond) DescribeBucket(long period)
    {
        var microseconds = (ulong)((period + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond);
        var bits = Math.Max(0, BitsOfFullBucket - (64 - BitOperations.LeadingZeroCount(microseconds)));

        // Rounded up: a longer period refills slower.
        var units = (((UInt128)(ulong)period << bits) + (TimeSpan.TicksPerMicrosecond - 1)) / TimeSpan.TicksPerMicrosecond;
        return (TokenBucket, (double)units, 1L << bits);
    }

    private static double Microseconds(TimeSpan time) => (time.Ticks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond;
}
