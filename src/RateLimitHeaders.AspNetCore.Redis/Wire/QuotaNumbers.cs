using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>A quota as the scripts understand it. What the numbers mean is written in <c>count.lua</c>.</summary>
/// <param name="Shape">The number that stands for the quota's shape.</param>
/// <param name="Algorithm">The number of the algorithm.</param>
/// <param name="Length">The window, segment, period or wait.</param>
/// <param name="Detail">What the algorithm needs besides.</param>
/// <param name="Limit">The quota's own limit.</param>
internal readonly record struct QuotaNumbers(double Shape, double Algorithm, double Length, double Detail, double Limit)
{
    // A full bucket is less than 2^51 debt units, so that one that owes three times what it holds is still counted exactly,
    // and the units per token become coarse only for limits of billions.
    private const int BitsOfFullBucket = 51;

    // With the algorithm, a whole number below 2^48, which is negated and halved exactly.
    private const int BitsOfShape = 45;
    private const int Algorithms = 8;

    // A year of 366 days is less than 2^25 seconds.
    private const long CalendarFactor = 1L << 26;

    /// <param name="quota">The quota.</param>
    /// <param name="holdTime">How long permits of a concurrency quota are held that are not renewed.</param>
    /// <param name="now">The present by the clock of Redis, in ticks since the Unix epoch.</param>
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
    /// Tells quotas apart whose counts mean different things. Limits are not among it: what is used stays used when one is
    /// configured anew.
    /// </summary>
    private static double OfShape(QuotaShape shape)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{shape.Window} {shape.Detail} {shape.Unit.Length} {shape.Unit} {shape.Name.Length} {shape.Name}");
        var hash = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))) >> (64 - BitsOfShape);
        return (hash * Algorithms) + (uint)shape.Algorithm;
    }

    /// <summary>
    /// Gets the window of the present and the one after it: a script finds its own moment in one of the two, whichever side of a
    /// boundary the clock of Redis is.
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
