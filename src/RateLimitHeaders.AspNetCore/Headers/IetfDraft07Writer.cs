using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Writes <c>RateLimit</c> of draft-ietf-httpapi-ratelimit-headers-07, a Dictionary about the one quota that decides, and
/// <c>RateLimit-Policy</c>, a List of Integers with a window.
/// </summary>
internal sealed class IetfDraft07Writer : HeaderWriter
{
    private const string RateLimit = "RateLimit";

    public override void Write(IHeaderDictionary headers, in HeaderFacts facts)
    {
        // The draft requires limit and reset: a quota without one of them has no place in it.
        ref readonly var status = ref facts.DecisiveStatus;
        if (status.Limit is { } limit && facts.UntilAll(status) is >= 0 and var untilAll)
        {
            var reset = HeaderFacts.SecondsUp(untilAll + facts.Request.Jitter);
            headers[RateLimit] = $"limit={NumberText.Of((long)limit)}, remaining={NumberText.Of(facts.Remaining(status))}, reset={NumberText.Of(reset)}";
        }

        IntegerPolicy.Write(headers, facts);
    }
}
