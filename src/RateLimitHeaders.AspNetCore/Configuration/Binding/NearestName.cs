namespace RateLimitHeaders.AspNetCore;

/// <summary>Computes how near names are to each other, to find the one that was meant.</summary>
internal static class NearestName
{
    /// <summary>Counts the letters to insert, to remove and to replace, whatever their case.</summary>
    public static int Distance(string one, string other)
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

        return row[other.Length];
    }
}
