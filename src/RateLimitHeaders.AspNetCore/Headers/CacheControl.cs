using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Keeps shared caches from giving one caller the fields of another (RFC 9111, section 5.2.2.7).</summary>
internal static class CacheControl
{
    public static void MakePrivate(IHeaderDictionary headers)
    {
        var kept = new List<string>();
        foreach (var directive in headers.CacheControl.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (directive.Equals("no-store", StringComparison.OrdinalIgnoreCase) || directive.StartsWith("private", StringComparison.OrdinalIgnoreCase))
            {
                return;
            }

            // These say the opposite.
            if (!directive.Equals("public", StringComparison.OrdinalIgnoreCase) && !directive.StartsWith("s-maxage", StringComparison.OrdinalIgnoreCase))
            {
                kept.Add(directive);
            }
        }

        headers.CacheControl = string.Join(", ", kept.Append("private"));
    }
}
