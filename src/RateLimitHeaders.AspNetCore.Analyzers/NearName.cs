
namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>Finds the name that a misspelled one is meant to be.</summary>
internal static class NearName
{
    // Two letters that change places are two edits.
    private const int MaxEdits = 2;

    // Of short names, most are near each other.
    private const int LettersPerEdit = 3;

    /// <summary>Gets the nearest name; <see langword="null"/> if none is near, or several are equally near.</summary>
    public static string? Of(string name, IEnumerable<string> names)
    {
        var near = names
            .Select(other => (Name: other, Edits: Edits(name.ToUpperInvariant(), other.ToUpperInvariant())))
            .Where(other => other.Edits <= Math.Min(MaxEdits, name.Length / LettersPerEdit))
            .OrderBy(other => other.Edits)
            .Take(2)
            .ToArray();
        return near.Length == 1 || (near.Length == 2 && near[0].Edits < near[1].Edits) ? near[0].Name : null;
    }

    /// <summary>Counts the letters that have to be added, removed or replaced (Levenshtein's distance).</summary>
    private static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
