using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Writes the fields of one header family or of one draft. A new draft is a new class.</summary>
/// <param name="remaining">The name of the field that shows what is left.</param>
/// <param name="names">The names of all fields of the family.</param>
internal abstract class HeaderWriter(string remaining, IEnumerable<string> names)
{
    // A backend that limits requests nearly always sends this field, so it is looked up first.
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
    /// <returns><see langword="false"/> if the response already carried fields of the family, and they were kept.</returns>
    public bool Write(IHeaderDictionary headers, in HeaderContext context)
    {
        if (CarriesAny(headers))
        {
            if (TryAppend(headers, context))
            {
                return true;
            }

            if (KeepsExisting(headers, context))
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

    /// <summary>Writes the fields into a response that carries none of the family.</summary>
    protected abstract void WriteFields(IHeaderDictionary headers, in HeaderContext context);

    /// <summary>Adds items to existing fields, if the format of the family allows it.</summary>
    protected virtual bool TryAppend(IHeaderDictionary headers, in HeaderContext context) => false;

    /// <summary>Returns the Remaining that this library would write.</summary>
    protected virtual long RemainingOf(in HeaderContext context) => context.Remaining(context.Statuses[context.Lowest]);

    private static HeaderWriter Create(IetfSettings ietf) => ietf.Draft switch
    {
        IetfDraft.Draft06 => new IetfDraft06Writer(ietf),
        IetfDraft.Draft07 => new IetfDraft07Writer(ietf),
        _ => new IetfWriter(ietf, ietf.PartitionKeySecret is { } secret ? new CallerHash([.. secret]) : null),
    };

    /// <summary>Returns whether the response already carries a field of the family.</summary>
    private bool CarriesAny(IHeaderDictionary headers)
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

    private bool KeepsExisting(IHeaderDictionary headers, in HeaderContext context) => context.Settings.Existing switch
    {
        ExistingFields.Keep => true,
        ExistingFields.Replace => false,
        _ => context.IsBackendsRejection || RemainingIn(headers) < RemainingOf(context),
    };

    /// <summary>
    /// Returns the smallest Remaining in the existing field: a number, a list of numbers, the member <c>remaining</c> of a Dictionary
    /// (draft -07), or the parameters <c>r</c> of a List (drafts -08 to -11). It is infinity if there is none.
    /// </summary>
    private double RemainingIn(IHeaderDictionary headers)
    {
        var least = double.PositiveInfinity;
        foreach (var member in headers[remaining].ToString().Split(',', StringSplitOptions.TrimEntries))
        {
            var number = TextAfter(member, "remaining=") ?? TextAfter(member, ";r=") ?? member;
            if (double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var left))
            {
                least = Math.Min(least, left);
            }
        }

        return least;
    }

    private static string? TextAfter(string member, string name)
    {
        var start = member.IndexOf(name, StringComparison.Ordinal);
        return start < 0 ? null : member[(start + name.Length)..].Split(';')[0];
    }
}
