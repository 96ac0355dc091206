using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The lines of two texts that differ, with their numbers and what they stand under.</summary>
internal static class LineDifference
{
    public static IEnumerable<string> Of(string[] before, string[] after)
    {
        var common = CommonLines(before, after);
        var (i, j) = (0, 0);
        while (i < before.Length || j < after.Length)
        {
            if (i < before.Length && j < after.Length && before[i] == after[j])
            {
                i++;
                j++;
            }
            else if (j == after.Length || (i < before.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                yield return Say('-', before, i++);
            }
            else
            {
                yield return Say('+', after, j++);
            }
        }
    }

    private static string Say(char sign, string[] lines, int index)
    {
        // A member says little without its type, which is the last line before it that is not indented.
        var type = lines[index].StartsWith(' ') ? lines[..index].Last(line => !line.StartsWith(' ')) : string.Empty;
        var place = type.Length > 0 ? $"    in {type}" : string.Empty;
        return string.Create(CultureInfo.InvariantCulture, $"{sign} {index + 1}: {lines[index].Trim()}{place}");
    }

    /// <summary>How many lines the rests of both texts have in common, in the same order.</summary>
    private static int[,] CommonLines(string[] before, string[] after)
    {
        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        return common;
    }
}
