using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Writes the values of a response in the fields of one family, or of one draft: the next draft is one more class.</summary>
internal abstract class HeaderWriter
{
    /// <summary>Creates the writers of header families.</summary>
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
    /// <returns><see langword="false"/> if the fields that a response already carries are kept.</returns>
    public abstract bool Write(IHeaderDictionary headers, in HeaderContext context);

    private static HeaderWriter Create(IetfSettings ietf) => ietf.Draft switch
    {
        IetfDraft.Draft06 => new IetfDraft06Writer(ietf),
        IetfDraft.Draft07 => new IetfDraft07Writer(ietf),
        _ => new IetfWriter(ietf, ietf.PartitionKeySecret is { } secret ? new CallerHash([.. secret]) : null),
    };
}
