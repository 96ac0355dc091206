namespace RateLimitHeaders.AspNetCore;

/// <summary>Strings as RFC 9651 prints them in structured fields (section 3.3.3).</summary>
internal static class StructuredText
{
    /// <summary>Tells whether a text has something to print, and nothing that a structured field cannot hold.</summary>
    public static bool IsPrintable(string? text) => !string.IsNullOrEmpty(text) && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    /// <summary>Quotes a printable text (RFC 9651, section 4.1.6).</summary>
    public static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
