using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Writes <c>RateLimit-Limit</c>, <c>-Remaining</c> and <c>-Reset</c> of draft-ietf-httpapi-ratelimit-headers-06, Integers
/// about the one quota that decides, and <c>RateLimit-Policy</c>, a List of Integers with a window.
/// </summary>
internal sealed class IetfDraft06Writer : HeaderWriter
{
    private const string Limit = "RateLimit-Limit";
    private const string Remaining = "RateLimit-Remaining";
    private const string Reset = "RateLimit-Reset";

    public override void Write(IHeaderDictionary headers, in HeaderFacts facts)
    {
        ref readonly var status = ref facts.DecisiveStatus;
        if (status.Limit is { } limit)
        {
            headers[Limit] = NumberText.Of((long)limit);
        }

        headers[Remaining] = NumberText.Of(facts.Remaining(status));
        if (facts.UntilAll(status) is >= 0 and var untilAll)
        {
            headers[Reset] = NumberText.Of(HeaderFacts.SecondsUp(untilAll + facts.Request.Jitter));
        }

        IntegerPolicy.Write(headers, facts);
    }
}
