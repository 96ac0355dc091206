using System.Globalization;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Formats numbers for header fields: in the digits of the invariant culture, whatever the request's culture.</summary>
internal static class NumberText
{
    // Most limits and counts are small. A limit, and the moment at which a window ends, are written into many responses.
    private const int SmallNumbers = 1_024;
    private const int RecentNumbers = 256;

    private static readonly string?[] s_small = new string?[SmallNumbers];
    private static readonly Entry?[] s_recent = new Entry?[RecentNumbers];

    public static string Of(long number) =>
        (ulong)number < SmallNumbers ? s_small[number] ??= Format(number) : Format(number);

    /// <summary>Formats a number that is likely to be needed again soon.</summary>
    public static string OfRecent(double number)
    {
        ref var slot = ref s_recent[(uint)(long)number % RecentNumbers];
        if (slot is { } known && known.Number == number)
        {
            return known.Text;
        }

        var text = Of(number);
        slot = new Entry(number, text);
        return text;
    }

    /// <summary>Formats a limit with as many decimals as it has. Of a number so small that it needs an exponent, at most 28 are written.</summary>
    public static string Of(double number)
    {
        if (number == (long)number)
        {
            return Of((long)number);
        }

        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('E', StringComparison.Ordinal) ? ((decimal)number).ToString(CultureInfo.InvariantCulture) : text;
    }

    private static string Format(long number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Entry(double Number, string Text);
}
