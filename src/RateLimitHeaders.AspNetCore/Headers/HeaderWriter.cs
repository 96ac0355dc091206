using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Prints the facts in the fields of one family, or of one draft: the next draft is one more class.</summary>
internal abstract class HeaderWriter
{
    /// <summary>Gets the names of the fields that are written.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    public abstract void Write(IHeaderDictionary headers, in HeaderFacts facts);
}
