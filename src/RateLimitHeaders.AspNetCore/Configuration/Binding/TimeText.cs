using System.Globalization;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Reads times as configuration writes them: <c>01:00:00</c>, or a whole number with a unit, such as <c>15m</c>.</summary>
internal static class TimeText
{
    private static readonly (string Unit, TimeSpan Length)[] s_units =
    [
        // "ms" before "s", which it ends with, too.
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
    ];

    public static bool TryRead(string text, out TimeSpan time)
    {
        // A number without a unit would be days to TimeSpan, and seconds or milliseconds to many readers.
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out time);
        }

        time = default;
        foreach (var (unit, length) in s_units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal))
            {
                var isRead = int.TryParse(text.AsSpan(..^unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                    && count <= TimeSpan.MaxValue / length;
                time = isRead ? count * length : default;
                return isRead;
            }
        }

        return false;
    }

    public static string Remedy(string text) => text.EndsWith("mo", StringComparison.OrdinalIgnoreCase)
        ? "a window has one length, and months have several, so give days, such as \"30d\""
        : "give a time, such as \"00:01:00\", \"30s\", \"15m\", \"1h\" or \"7d\"";
}
