using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Decides whether the fields of a family that a response already carries are kept, and otherwise removes them.</summary>
/// <param name="remaining">The name of the field with the permits that are left.</param>
/// <param name="names">The names of all fields of the family.</param>
internal sealed class FieldFamily(string remaining, params string[] names)
{
    // A backend with limits nearly always sends the permits that are left.
    private readonly string[] _names = [remaining, .. names.Where(name => name != remaining)];

    /// <summary>Returns whether the fields are kept if the response carries any of the family. If not, they are removed.</summary>
    /// <param name="headers">The fields of the response.</param>
    /// <param name="context">The values to write into the response.</param>
    /// <param name="ours">The value that this library would write as remaining.</param>
    public bool Stays(IHeaderDictionary headers, in HeaderContext context, long ours)
    {
        if (!IsThere(headers))
        {
            return false;
        }

        var stays = context.Settings.Existing switch
        {
            ExistingFields.Keep => true,
            ExistingFields.Replace => false,
            _ => context.IsBackendsRejection || RemainingIn(headers) < ours,
        };
        if (!stays)
        {
            foreach (var name in _names)
            {
                headers.Remove(name);
            }
        }

        return stays;
    }

    /// <summary>Returns whether the response carries any field of the family.</summary>
    private bool IsThere(IHeaderDictionary headers)
    {
        if (headers.Count == 0)
        {
            return false;
        }

        foreach (var name in _names)
        {
            if (headers.ContainsKey(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Returns the smallest number of permits that are left: of a number, of several, of the member <c>remaining</c> of a Dictionary (draft -07) or
    /// of the parameters <c>r</c> of a List (drafts -08 to -11); infinity if there is none.
    /// </summary>
    private double RemainingIn(IHeaderDictionary headers)
    {
        var least = double.PositiveInfinity;
        foreach (var member in headers[remaining].ToString().Split(',', StringSplitOptions.TrimEntries))
        {
            var number = Behind(member, "remaining=") ?? Behind(member, ";r=") ?? member;
            if (double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var left))
            {
                least = Math.Min(least, left);
            }
        }

        return least;
    }

    private static string? Behind(string member, string name)
    {
        var start = member.IndexOf(name, StringComparison.Ordinal);
        return start < 0 ? null : member[(start + name.Length)..].Split(';')[0];
    }
}
