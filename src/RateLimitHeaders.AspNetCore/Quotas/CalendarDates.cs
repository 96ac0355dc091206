namespace RateLimitHeaders.AspNetCore;

/// <summary>The dates at which calendar windows begin, and the moments at which these dates begin in a time zone.</summary>
/// <param name="period">The length of the windows.</param>
/// <param name="zone">The time zone.</param>
/// <param name="firstDayOfWeek">The day on which weeks begin.</param>
internal sealed class CalendarDates(CalendarPeriod period, TimeZoneInfo zone, DayOfWeek firstDayOfWeek)
{
    // Before 1970 a wall clock is wrong, and dates end with the year 9999.
    private static readonly long s_last = RateLimitClock.UnixTicks(new DateTimeOffset(9990, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Finds the window of a moment, both in ticks since the Unix epoch.</summary>
    public (long Start, long End) WindowOf(long moment)
    {
        moment = Math.Clamp(moment, 0, s_last);
        var local = TimeZoneInfo.ConvertTimeFromUtc(Utc(moment), zone);
        var date = FirstDateOf(DateOnly.FromDateTime(local));
        var (start, end) = (StartOf(date), StartOf(Next(date)));

        // A midnight that occurs twice begins its date at the first time, and a date that the zone skips has no moment.
        while (moment < start || moment >= end)
        {
            date = moment < start ? FirstDateOf(date.AddDays(-1)) : Next(date);
            (start, end) = (StartOf(date), StartOf(Next(date)));
        }

        return (start, end);
    }

    private static DateTime Utc(long moment) => new(DateTime.UnixEpoch.Ticks + moment, DateTimeKind.Utc);

    private DateOnly FirstDateOf(DateOnly date) => period switch
    {
        CalendarPeriod.Day => date,
        CalendarPeriod.Week => date.AddDays(-((date.DayOfWeek - firstDayOfWeek + 7) % 7)),
        CalendarPeriod.Month => new DateOnly(date.Year, date.Month, 1),
        _ => new DateOnly(date.Year, 1, 1),
    };

    private DateOnly Next(DateOnly date) => period switch
    {
        CalendarPeriod.Day => date.AddDays(1),
        CalendarPeriod.Week => date.AddDays(7),
        CalendarPeriod.Month => date.AddMonths(1),
        _ => date.AddYears(1),
    };

    /// <summary>Returns the first moment at which the clocks of the zone show midnight or later.</summary>
    private long StartOf(DateOnly date)
    {
        var midnight = date.ToDateTime(TimeOnly.MinValue).Ticks - DateTime.UnixEpoch.Ticks;
        var (before, after) = (OffsetAt(midnight - TimeSpan.TicksPerDay), OffsetAt(midnight + TimeSpan.TicksPerDay));
        var earliest = midnight - Math.Max(before, after);
        var latest = midnight - Math.Min(before, after);
        if (IsReached(earliest, midnight))
        {
            return earliest;
        }

        // The clocks change between the two. Time zones change their offsets at whole seconds.
        while (latest - earliest > TimeSpan.TicksPerSecond)
        {
            var middle = earliest + ((latest - earliest) / (2 * TimeSpan.TicksPerSecond) * TimeSpan.TicksPerSecond);
            (earliest, latest) = IsReached(middle, midnight) ? (earliest, middle) : (middle, latest);
        }

        return latest;
    }

    private bool IsReached(long moment, long midnight) => moment + OffsetAt(moment) >= midnight;

    private long OffsetAt(long moment) => zone.GetUtcOffset(Utc(moment)).Ticks;
}
