using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Prevents shared caches from giving one caller the fields of another (RFC 9111, section 5.2.2.7).</summary>
internal static class CacheControl
{
    public static void MakePrivate(IHeaderDictionary headers)
    {
        var kept = new List<string>();
        foreach (var directive in DirectivesOf(headers.CacheControl.ToString()))
        {
            if (directive.Equals("no-store", StringComparison.OrdinalIgnoreCase) || directive.Equals("private", StringComparison.OrdinalIgnoreCase))
            {
                return;
            }

            // These allow shared caches to keep the response, or all of it except the fields that private="…" names.
            if (!directive.Equals("public", StringComparison.OrdinalIgnoreCase)
                && !directive.StartsWith("s-maxage", StringComparison.OrdinalIgnoreCase)
                && !directive.StartsWith("private=", StringComparison.OrdinalIgnoreCase))
            {
                kept.Add(directive);
            }
        }

        headers.CacheControl = string.Join(", ", kept.Append("private"));
    }

    /// <summary>Splits a field at its commas, except those of lists in quotes.</summary>
    private static IEnumerable<string> DirectivesOf(string field)
    {
        var isQuoted = false;
        var start = 0;
        for (var i = 0; i <= field.Length; i++)
        {
            if (i < field.Length && (field[i] != ',' || isQuoted))
            {
                isQuoted ^= field[i] == '"';
                continue;
            }

            if (field[start..i].Trim() is { Length: > 0 } directive)
            {
                yield return directive;
            }

            start = i + 1;
        }
    }
}
