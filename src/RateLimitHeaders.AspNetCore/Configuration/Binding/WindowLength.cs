namespace RateLimitHeaders.AspNetCore;

/// <summary>A window as configuration writes it: a span, such as <c>7d</c>, or a calendar month or year, <c>1mo</c> or <c>1y</c>.</summary>
/// <param name="Span">The span; <see langword="null"/> for a calendar window.</param>
/// <param name="Period">The period of a calendar window; <see langword="null"/> for a span.</param>
internal readonly record struct WindowLength(TimeSpan? Span, CalendarPeriod? Period)
{
    public static bool TryRead(string text, out WindowLength window)
    {
        // Days and weeks are spans, too, so that only months and years are read as calendar windows.
        CalendarPeriod? period = text switch { "1mo" => CalendarPeriod.Month, "1y" => CalendarPeriod.Year, _ => null };
        TimeSpan span = default;
        var isRead = period is not null || TimeText.TryRead(text, out span);
        window = period is null ? new(span, null) : new(null, period);
        return isRead;
    }

    public static string Remedy(string text) => IsCalendar(text)
        ? "a calendar window is one month or one year, so give \"1mo\" or \"1y\", or a span, such as \"90d\""
        : "give a time, such as \"00:01:00\", \"30s\", \"15m\", \"1h\" or \"7d\", or a calendar month or year, \"1mo\" or \"1y\"";

    public static bool IsCalendar(string text) =>
        text.EndsWith("mo", StringComparison.OrdinalIgnoreCase) || text.EndsWith('y') || text.EndsWith('Y');
}
