using System.Globalization;

namespace RateLimitHeaders.AspNetCore.OpenApi;

/// <summary>Describes a quota in words.</summary>
internal static class QuotaText
{
    private static readonly (long Ticks, string Name)[] s_units =
    [
        (TimeSpan.TicksPerDay, "day"), (TimeSpan.TicksPerHour, "hour"), (TimeSpan.TicksPerMinute, "minute"), (TimeSpan.TicksPerSecond, "second"),
        (TimeSpan.TicksPerMillisecond, "millisecond"),
    ];

    public static string Of(RateLimitQuotaInfo quota) =>
        $"`{quota.Name}`: {AmountOf(quota)}{SpanOf(quota)}{(quota.Limit is null ? ", by a limit that depends on the caller" : string.Empty)}";

    private static string AmountOf(RateLimitQuotaInfo quota)
    {
        var unit = quota.Unit switch
        {
            QuotaUnits.ContentBytes => "bytes of content",
            QuotaUnits.ConcurrentRequests => QuotaUnits.Requests,
            var other => other,
        };
        return quota.Limit is not { } limit ? unit
            : limit == 1 && unit == QuotaUnits.Requests ? "1 request"
            : string.Create(CultureInfo.InvariantCulture, $"{limit:#,0.###} {unit}");
    }

    private static string SpanOf(RateLimitQuotaInfo quota) => quota.Algorithm switch
    {
        QuotaAlgorithm.Concurrency => " at the same time",
        QuotaAlgorithm.TokenBucket => $" at once, which come back evenly within {TimeOf(quota.Window)}",
        QuotaAlgorithm.FixedWindow => $" in a window of {TimeOf(quota.Window)}",
        QuotaAlgorithm.CalendarWindow => $" in a calendar {quota.Period.ToString()!.ToLowerInvariant()} ({quota.TimeZone})",
        _ => $" in any {TimeOf(quota.Window)}",
    };

    /// <summary>Formats a time in the largest unit of which it is a multiple.</summary>
    private static string TimeOf(TimeSpan? window)
    {
        var ticks = window.GetValueOrDefault().Ticks;
        var (unit, name) = s_units.FirstOrDefault(unit => ticks % unit.Ticks == 0, s_units[3]);
        var count = (double)ticks / unit;
        return string.Create(CultureInfo.InvariantCulture, $"{count:#,0.#######} {name}{(count == 1 ? string.Empty : "s")}");
    }
}
