using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>A quota in the format of the scripts. The meaning of the numbers is documented in <c>count.lua</c>.</summary>
/// <param name="Shape">The number of the quota's shape.</param>
/// <param name="Algorithm">The number of the algorithm.</param>
/// <param name="Length">The window, segment, period or wait.</param>
/// <param name="Detail">Another number that the algorithm needs.</param>
/// <param name="Limit">The quota's own limit.</param>
internal readonly record struct QuotaNumbers(double Shape, double Algorithm, double Length, double Detail, double Limit)
{
    // A full bucket has less than 2^51 debt units, so that a debt of three times the bucket is still counted exactly,
    // and the units per token become coarse only for limits of billions.
    private const int BitsOfFullBucket = 51;

    // With the algorithm, a whole number below 2^48, which is negated and halved exactly.
    private const int BitsOfShape = 45;
    private const int Algorithms = 8;

    // A year of 366 days is less than 2^25 seconds.
    private const long CalendarFactor = 1L << 26;

    /// <param name="quota">The quota.</param>
    /// <param name="holdTime">How long permits of a concurrency quota are held without being renewed.</param>
    /// <param name="now">The present moment by the clock of Redis, in ticks since the Unix epoch.</param>
    public static QuotaNumbers Of(Quota quota, TimeSpan holdTime, long now)
    {
        var (length, detail) = quota switch
        {
            FixedWindowQuota window => (Microseconds(window.Description.Window!.Value), window.AlignsToClock ? 1 : 0),
            CalendarWindowQuota calendar => OfCalendar(calendar, now),
            SlidingWindowQuota window => (window.SegmentLength.Ticks, Microseconds(window.Description.Window!.Value)),
            TokenBucketQuota bucket => OfBucket(bucket.Description.Window!.Value.Ticks),
            ConcurrencyQuota concurrency => (Microseconds(concurrency.RetryAfter), Microseconds(holdTime)),
            _ => throw new NotSupportedException($"Quota \"{quota.Description.Name}\": Redis cannot count {quota.Shape.Algorithm}."),
        };
        return new(OfShape(quota.Shape), (double)quota.Shape.Algorithm, length, detail, quota.Limit);
    }

    /// <summary>
    /// Distinguishes quotas whose counts have different meanings. Limits do not matter: used permits stay used when a limit is
    /// changed.
    /// </summary>
    private static double OfShape(QuotaShape shape)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{shape.Window} {shape.Detail} {shape.Unit.Length} {shape.Unit} {shape.Name.Length} {shape.Name}");
        var hash = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))) >> (64 - BitsOfShape);
        return (hash * Algorithms) + (uint)shape.Algorithm;
    }

    /// <summary>
    /// Returns the present window and the next one. The moment of the script is in or near these, on whichever side of a boundary the
    /// clock of Redis is.
    /// </summary>
    /// <returns>When the first ends, in seconds since the Unix epoch, and the seconds of the first times 2^26, plus those of the second.</returns>
    private static (double FirstEnd, double Lengths) OfCalendar(CalendarWindowQuota quota, long now)
    {
        var first = quota.SpanOf(now);
        var second = quota.SpanOf(first.End);
        return (Seconds(first.End), (Seconds(first.End - first.Start) * CalendarFactor) + Seconds(second.End - second.Start));
    }

    private static (double Period, double UnitsPerMicrosecond) OfBucket(long period)
    {
        var bits = Math.Max(0, BitsOfFullBucket - (64 - BitOperations.LeadingZeroCount((ulong)Microseconds(period))));

        // Rounded up: a longer period refills slower.
        var units = (((UInt128)(ulong)period << bits) + (TimeSpan.TicksPerMicrosecond - 1)) / TimeSpan.TicksPerMicrosecond;
        return ((double)units, 1L << bits);
    }

    private static long Seconds(long ticks) => ticks / TimeSpan.TicksPerSecond;

    private static double Microseconds(TimeSpan time) => Microseconds(time.Ticks);

    private static long Microseconds(long ticks) => (ticks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond;
}
