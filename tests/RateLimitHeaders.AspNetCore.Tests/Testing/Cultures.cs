using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// Cultures that print numbers, times and dates, or change the case of letters, otherwise than the invariant one: German
/// (decimal comma), Turkish (the small letter of <c>I</c> has no dot), Arabic of Saudi Arabia (calendar Umm al-Qura), Persian
/// (calendar of Iran, other signs of numbers).
/// </summary>
internal static class Cultures
{
    public static TheoryData<string> Names => ["de-DE", "tr-TR", "ar-SA", "fa-IR"];

    /// <summary>Calls a function under a culture, which must be one that the machine has data of.</summary>
    public static T In<T>(string name, Func<T> function)
    {
        var (before, beforeOfTexts) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            Use(name);
            return function();
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (before, beforeOfTexts);
        }
    }

    /// <summary>Makes a culture that of this request, or of the rest of this asynchronous method.</summary>
    public static void Use(string name)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(name, predefinedOnly: true);
    }
}
