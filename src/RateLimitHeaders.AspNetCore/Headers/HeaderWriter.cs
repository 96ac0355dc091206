using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Prints the facts in the fields of one family, or of one draft: the next draft is one more class.</summary>
internal abstract class HeaderWriter
{
    public abstract void Write(IHeaderDictionary headers, in HeaderFacts facts);
}
