
namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>Finds the name that was probably meant by a misspelled one.</summary>
internal static class NearName
{
    // Two letters that change places are two edits.
    private const int MaxEdits = 2;

    // Most short names are near each other.
    private const int LettersPerEdit = 3;

    /// <summary>Returns the nearest name; <see langword="null"/> if none is near, or several are equally near.</summary>
    public static string? Of(string name, IEnumerable<string> names)
    {
        var near = names
            .Select(other => (Name: other, Edits: NearestName.Distance(name, other)))
            .Where(other => other.Edits <= Math.Min(MaxEdits, name.Length / LettersPerEdit))
            .OrderBy(other => other.Edits)
            .Take(2)
            .ToArray();
        return near.Length == 1 || (near.Length == 2 && near[0].Edits < near[1].Edits) ? near[0].Name : null;
    }
}
