namespace RateLimitHeaders.AspNetCore;

/// <summary>Formats Strings for structured fields (RFC 9651, section 3.3.3).</summary>
internal static class StructuredText
{
    /// <summary>Returns whether a text is not empty, and contains only characters that a structured field can hold.</summary>
    public static bool IsPrintable(string? text) => !string.IsNullOrEmpty(text) && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    /// <summary>Quotes a printable text (RFC 9651, section 4.1.6).</summary>
    public static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
