using System.Globalization;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Permits per window, as configuration writes them: <c>100/1m</c>.</summary>
/// <param name="Permits">The permits.</param>
/// <param name="Window">The window.</param>
internal readonly record struct Rate(double Permits, WindowLength Window)
{
    public static bool TryRead(string text, out Rate rate)
    {
        rate = default;
        if (text.IndexOf('/', StringComparison.Ordinal) is var slash && slash < 0
            || !double.TryParse(text.AsSpan(..slash).Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var permits)
            || !WindowLength.TryRead(text[(slash + 1)..].Trim(), out var window))
        {
            return false;
        }

        rate = new Rate(permits, window);
        return true;
    }

    public static string Remedy(string text) => WindowLength.IsCalendar(text)
        ? WindowLength.Remedy(text)
        : "give permits per time, such as \"100/1m\", \"5000/01:00:00\" or \"1000000/1mo\"";
}
