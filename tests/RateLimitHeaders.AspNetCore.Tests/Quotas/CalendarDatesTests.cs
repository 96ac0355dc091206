using NodaTime;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Boundaries in all time zones that the machine and NodaTime know for ten years, against NodaTime.</summary>
public class CalendarDatesTests
{
    private static readonly LocalDate s_first = new(2018, 1, 1);
    private static readonly LocalDate s_last = new(2028, 1, 1);

    // Most of these are names of others, with the rules of which they must agree just as well.
    private static readonly (TimeZoneInfo Zone, DateTimeZone Oracle)[] s_zones =
    [
        .. from id in DateTimeZoneProviders.Tzdb.Ids
           let oracle = DateTimeZoneProviders.Tzdb[id]
           let zone = TimeZoneInfo.TryFindSystemTimeZoneById(id, out var found) ? found : null
           where zone is not null && AgreeOnOffsets(zone, oracle)
           select (zone, oracle),
    ];

    [Fact]
    public void Zones_OfTheOracle_AreNearlyAllKnownToTheMachine()
    {
        // Windows has the rules of fewer time zones, and by calendar years.
        var least = DateTimeZoneProviders.Tzdb.Ids.Count * (OperatingSystem.IsWindows() ? 1 : 9) / 10;

        Assert.InRange(s_zones.Length, least, int.MaxValue);
    }

    [Fact]
    public void Windows_OfDays_AreThoseOfNodaTime() => AssertWindows(CalendarPeriod.Day, DayOfWeek.Monday, date => date, date => date.PlusDays(1));

    [Theory]
    [InlineData(DayOfWeek.Monday, IsoDayOfWeek.Monday)]
    [InlineData(DayOfWeek.Sunday, IsoDayOfWeek.Sunday)]
    [InlineData(DayOfWeek.Wednesday, IsoDayOfWeek.Wednesday)]
    public void Windows_OfWeeks_AreThoseOfNodaTime(DayOfWeek first, IsoDayOfWeek oracleFirst) => AssertWindows(
        CalendarPeriod.Week,
        first,
        date => date.With(DateAdjusters.PreviousOrSame(oracleFirst)),
        date => date.PlusWeeks(1));

    [Fact]
    public void Windows_OfMonths_AreThoseOfNodaTime() => AssertWindows(
        CalendarPeriod.Month, DayOfWeek.Monday, date => new(date.Year, date.Month, 1), date => date.PlusMonths(1));

    [Fact]
    public void Windows_OfYears_AreThoseOfNodaTime() =>
        AssertWindows(CalendarPeriod.Year, DayOfWeek.Monday, date => new(date.Year, 1, 1), date => date.PlusYears(1));

    [Fact]
    public void Day_ThatTheZoneSkips_HasNoWindow()
    {
        if (OperatingSystem.IsWindows())
        {
            // Its rules change only between calendar years.
            return;
        }

        // Samoa went over the date line at the end of 29 December 2011, Saturday the 31st follows.
        var dates = new CalendarDates(CalendarPeriod.Day, TimeZoneInfo.FindSystemTimeZoneById("Pacific/Apia"), DayOfWeek.Monday);
        var change = RateLimitClock.UnixTicks(new(2011, 12, 30, 10, 0, 0, TimeSpan.Zero));
        Assert.Equal((change - TimeSpan.TicksPerDay, change), dates.WindowOf(change - 1));
        Assert.Equal((change, change + TimeSpan.TicksPerDay), dates.WindowOf(change));
    }

    private static void AssertWindows(CalendarPeriod period, DayOfWeek first, Func<LocalDate, LocalDate> begin, Func<LocalDate, LocalDate> next)
    {
        foreach (var (zone, oracle) in s_zones)
        {
            var dates = new CalendarDates(period, zone, first);
            for (var date = begin(s_first); date < s_last; date = next(date))
            {
                var (start, end) = (TicksOf(oracle, date), TicksOf(oracle, next(date)));
                foreach (var moment in new[] { start, start + 1, start + ((end - start) / 2), end - 1 })
                {
                    var window = dates.WindowOf(moment);
                    Assert.True(window == (start, end), $"{zone.Id}, {date}: {window} at {moment}, not {(start, end)}");
                }
            }
        }
    }

    private static long TicksOf(DateTimeZone zone, LocalDate date) => zone.AtStartOfDay(date).ToInstant().ToUnixTimeTicks();

    /// <summary>The data of the machine may be of another release than that of the oracle.</summary>
    private static bool AgreeOnOffsets(TimeZoneInfo zone, DateTimeZone oracle)
    {
        var last = s_last.PlusYears(2).AtMidnight().InUtc().ToInstant();
        for (var at = s_first.PlusDays(-7).AtMidnight().InUtc().ToInstant(); at < last; at += Duration.FromDays(3))
        {
            if (zone.GetUtcOffset(at.ToDateTimeUtc()) != oracle.GetUtcOffset(at).ToTimeSpan())
            {
                return false;
            }
        }

        return true;
    }
}
