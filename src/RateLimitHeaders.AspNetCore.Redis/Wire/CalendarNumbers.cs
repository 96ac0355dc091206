namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// The calendar window of a moment and the one after it, as the scripts are told of them: a script finds its own moment in
/// one of the two, whichever side of a boundary the clock of Redis is.
/// </summary>
/// <param name="FirstEnd">When the first window ends, in seconds since the Unix epoch.</param>
/// <param name="Lengths">The seconds of the first window times 2^26, plus those of the second.</param>
internal readonly record struct CalendarNumbers(double FirstEnd, double Lengths)
{
    // A year of 366 days is less than 2^25 seconds.
    private const long LengthFactor = 1L << 26;

    public static CalendarNumbers Of(CalendarWindowQuota quota, long moment)
    {
        var first = quota.SpanOf(moment);
        var second = quota.SpanOf(first.End);
        return new(Seconds(first.End), (Seconds(first.End - first.Start) * LengthFactor) + Seconds(second.End - second.Start));
    }

    private static long Seconds(long ticks) => ticks / TimeSpan.TicksPerSecond;
}
