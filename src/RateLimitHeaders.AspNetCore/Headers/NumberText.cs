using System.Globalization;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Numbers as header fields print them: the invariant culture's digits, whatever the request's culture.</summary>
internal static class NumberText
{
    // Most limits and counts are small. A limit, and the instant at which a window ends, are told by many responses.
    private const int SmallNumbers = 1_024;
    private const int RecentNumbers = 256;

    private static readonly string?[] s_small = new string?[SmallNumbers];
    private static readonly Entry?[] s_recent = new Entry?[RecentNumbers];

    public static string Of(long number) =>
        (ulong)number < SmallNumbers ? s_small[number] ??= Format(number) : Format(number);

    /// <summary>Prints a number that is likely to be printed again soon.</summary>
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

    /// <summary>Prints a limit with as many decimals as it has. Of a number so small that it takes an exponent, 28 are printed at most.</summary>
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
