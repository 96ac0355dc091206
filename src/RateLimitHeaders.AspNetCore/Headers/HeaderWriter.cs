using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Prints a response's context in the fields of one family, or of one draft: the next draft is one more class.</summary>
/// <param name="remaining">The name of the field that shows what is left.</param>
/// <param name="names">The names of all fields of the family.</param>
internal abstract class HeaderWriter(string remaining, IEnumerable<string> names)
{
    // A backend that limits nearly always shows what is left.
    private readonly string[] _names = [remaining, .. names.Where(name => name != remaining)];

    /// <summary>Makes the writers of header families.</summary>
    public static HeaderWriter[] Create(HeadersDefinition headers)
    {
        var writers = new List<HeaderWriter>();
        if (headers.XRateLimit is { } fields)
        {
            writers.Add(new XRateLimitWriter(fields));
        }

        if (headers.Ietf is { } ietf)
        {
            writers.Add(Create(ietf));
        }

        return [.. writers];
    }

    /// <summary>Writes the fields.</summary>
    /// <returns><see langword="false"/> where the fields stay that a response carries already.</returns>
    public bool Write(IHeaderDictionary headers, in HeaderContext context)
    {
        if (IsThere(headers))
        {
            if (TryAppend(headers, context))
            {
                return true;
            }

            if (Stays(headers, context))
            {
                return false;
            }

            foreach (var name in _names)
            {
                headers.Remove(name);
            }
        }

        WriteFields(headers, context);
        return true;
    }

    /// <summary>Writes the fields where none of the family is there.</summary>
    protected abstract void WriteFields(IHeaderDictionary headers, in HeaderContext context);

    /// <summary>Adds to fields that are there, where a family can say both.</summary>
    protected virtual bool TryAppend(IHeaderDictionary headers, in HeaderContext context) => false;

    /// <summary>Gets what this library would write as remaining.</summary>
    protected virtual long RemainingOf(in HeaderContext context) => context.Remaining(context.Statuses[context.Lowest]);

    private static HeaderWriter Create(IetfSettings ietf) => ietf.Draft switch
    {
        IetfDraft.Draft06 => new IetfDraft06Writer(ietf),
        IetfDraft.Draft07 => new IetfDraft07Writer(ietf),
        _ => new IetfWriter(ietf, ietf.PartitionKeySecret is { } secret ? new CallerHash([.. secret]) : null),
    };

    /// <summary>Returns whether any field of the family is there.</summary>
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

    private bool Stays(IHeaderDictionary headers, in HeaderContext context) => context.Settings.Existing switch
    {
        ExistingFields.Keep => true,
        ExistingFields.Replace => false,
        _ => context.IsBackendsRejection || RemainingIn(headers) < RemainingOf(context),
    };

    /// <summary>
    /// Reads the least that is left of a number, of several, of the member <c>remaining</c> of a Dictionary (draft -07) or of the
    /// parameters <c>r</c> of a List (drafts -08 to -11); all if it shows none.
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
