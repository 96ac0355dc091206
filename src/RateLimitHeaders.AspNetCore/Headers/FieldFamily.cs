using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Decides whether the fields of a family stay that a response carries already, and makes room for others.</summary>
/// <param name="remaining">The name of the field that tells what is left.</param>
/// <param name="names">The names of all fields of the family.</param>
internal sealed class FieldFamily(string remaining, params string[] names)
{
    /// <summary>Tells whether the fields that are there stay. If not, they are removed.</summary>
    /// <param name="headers">The fields of the response.</param>
    /// <param name="facts">The facts about the response.</param>
    /// <param name="ours">What this library would tell as remaining.</param>
    public bool Stays(IHeaderDictionary headers, in HeaderFacts facts, long ours)
    {
        if (!IsThere(headers))
        {
            return false;
        }

        var stays = facts.Existing switch
        {
            ExistingFields.Keep => true,
            ExistingFields.Replace => false,
            _ => facts.IsBackendsRejection || RemainingIn(headers) < ours,
        };
        if (!stays)
        {
            foreach (var name in names)
            {
                headers.Remove(name);
            }
        }

        return stays;
    }

    // Two looks instead of one for each name, which would take a tenth of the time that writing the fields takes.
    private bool IsThere(IHeaderDictionary headers) =>
        headers.Count > 0 && (headers.ContainsKey(remaining) || headers.ContainsKey(names[0]));

    /// <summary>Reads what is left: an integer, or the member <c>remaining</c> of a Dictionary; all if it does not tell.</summary>
    private double RemainingIn(IHeaderDictionary headers)
    {
        var text = headers[remaining].ToString();
        const string Member = "remaining=";
        var member = text.IndexOf(Member, StringComparison.Ordinal);
        if (member >= 0)
        {
            var rest = text.AsSpan(member + Member.Length);
            var end = rest.IndexOfAny(',', ';', ' ');
            text = (end < 0 ? rest : rest[..end]).ToString();
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.PositiveInfinity;
    }
}
