namespace RateLimitHeaders.AspNetCore;

/// <summary>Says what is wrong with a key that no setting has.</summary>
internal static class UnknownKeys
{
    /// <summary>Adds the error of a key.</summary>
    /// <param name="section">Where the key is.</param>
    /// <param name="known">The names of the settings.</param>
    /// <param name="hidesValue">Whether the value may be meant for a setting that is secret.</param>
    public static void Add(SettingSection section, IReadOnlyList<string> known, bool hidesValue)
    {
        var value = hidesValue || string.IsNullOrEmpty(section.Value) ? "" : $" (its value is \"{section.Value}\")";
        var nearest = known.MinBy(name => Distance(name, section.Key))!;
        var remedy = Distance(nearest, section.Key) <= Math.Max(2, section.Key.Length / 3)
            ? $"correct it to {nearest}, or leave it out."
            : $"leave it out. The settings here are {string.Join(", ", known)}.";
        section.AddError(RateLimitErrorIds.SettingUnknown, $"There is no setting {section.Key}{value}; {remedy}");
    }

    /// <summary>Counts the letters to insert, to remove and to replace, whatever their case.</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 1; j <= other.Length; j++)
            {
                var replaced = diagonal + (char.ToUpperInvariant(one[i - 1]) == char.ToUpperInvariant(other[j - 1]) ? 0 : 1);
                (diagonal, row[j]) = (row[j], Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1));
            }
        }

        return row[^1];
    }
}
