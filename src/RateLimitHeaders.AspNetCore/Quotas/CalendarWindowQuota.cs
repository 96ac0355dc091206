using System.Security.Cryptography;
using System.Text;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Counts the permits of a calendar day, week, month or year in a time zone.</summary>
public sealed class CalendarWindowQuota : WindowQuota
{
    internal const string DefaultTimeZone = "UTC";

    internal const DayOfWeek DefaultFirstDayOfWeek = DayOfWeek.Monday;

    private readonly CalendarDates _dates;
    private CalendarSpan? _last;

    internal CalendarWindowQuota(
        QuotaDescription description, double limit, CalendarPeriod period, TimeZoneInfo zone, string timeZone, DayOfWeek firstDayOfWeek)
        : base(QuotaAlgorithm.CalendarWindow, description, limit, DetailOf(period, timeZone, firstDayOfWeek))
    {
        Period = period;
        TimeZone = timeZone;
        FirstDayOfWeek = firstDayOfWeek;
        _dates = new CalendarDates(period, zone, firstDayOfWeek);
    }

    /// <summary>Gets the length of the windows.</summary>
    public CalendarPeriod Period { get; }

    /// <summary>Gets the id of the time zone in which windows begin at midnight.</summary>
    public string TimeZone { get; }

    /// <summary>Gets the day on which weeks begin.</summary>
    public DayOfWeek FirstDayOfWeek { get; }

    private protected override bool IsAligned => true;

    /// <summary>Gets the greatest length of a window of a period, ignoring changes of the clocks.</summary>
    internal static TimeSpan LongestOf(CalendarPeriod period) => TimeSpan.FromDays(period switch
    {
        CalendarPeriod.Day => 1,
        CalendarPeriod.Week => 7,
        CalendarPeriod.Month => 31,
        _ => 366,
    });

    /// <summary>Gets the window of a moment.</summary>
    /// <param name="wallClock">
    /// The moment by the wall clock, in ticks of 100 ns since the Unix epoch. A moment before 1970 or after 9989 counts as the first or last
    /// of these years.
    /// </param>
    public CalendarSpan SpanOf(long wallClock)
    {
        var last = _last;
        if (last?.Contains(wallClock) == true)
        {
            return last;
        }

        var (start, end) = _dates.WindowOf(wallClock);
        var description = new QuotaDescription(Description.Name, new TimeSpan(end - start), Description.Unit, isConcurrency: false);
        return _last = new CalendarSpan(start, end, description);
    }

    private protected override QuotaDescription DescriptionAt(long now) => SpanOf(now + WallClockShift(now)).Description;

    private protected override (long Start, long End) WindowOf(long wallClock)
    {
        var span = SpanOf(wallClock);
        return (span.Start, span.End);
    }

    /// <summary>Returns a number that distinguishes calendars in the keys of stores: the first bytes of a hash, which never changes.</summary>
    private static long DetailOf(CalendarPeriod period, string timeZone, DayOfWeek firstDayOfWeek)
    {
        var text = $"{(int)period} {(period == CalendarPeriod.Week ? (int)firstDayOfWeek : 0)} {timeZone}";
        return BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
