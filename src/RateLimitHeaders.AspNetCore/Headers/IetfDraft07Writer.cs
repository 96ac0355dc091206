using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Writes <c>RateLimit</c> of draft-ietf-httpapi-ratelimit-headers-07, a Dictionary about the quota with the fewest permits left, and
/// <c>RateLimit-Policy</c>, a List of Integers with a window.
/// </summary>
internal sealed class IetfDraft07Writer(IetfSettings settings) : HeaderWriter(settings.NameOf("RateLimit"), settings.Names)
{
    private readonly string _rateLimit = settings.NameOf("RateLimit");
    private readonly IntegerPolicyField _policy = new(settings);

    protected override void WriteFields(IHeaderDictionary headers, in HeaderContext context)
    {
        // The draft requires limit and reset: a quota without one of them cannot be shown.
        ref readonly var status = ref context.Statuses[context.Lowest];
        if (status.Limit is { } limit && context.SecondsUntilReset(status) is >= 0 and var reset)
        {
            headers[_rateLimit] = $"limit={NumberText.Of((long)limit)}, remaining={NumberText.Of(context.Remaining(status))}, reset={NumberText.Of(reset)}";
        }

        _policy.Write(headers, context);
    }
}
