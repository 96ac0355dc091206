using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Writes <c>RateLimit-Limit</c>, <c>-Remaining</c> and <c>-Reset</c> of draft-ietf-httpapi-ratelimit-headers-06, Integers
/// about the quota with the fewest permits left, and <c>RateLimit-Policy</c>, a List of Integers with a window.
/// </summary>
internal sealed class IetfDraft06Writer(IetfSettings settings) : HeaderWriter(settings.NameOf("RateLimit-Remaining"), settings.Names)
{
    private readonly string _limit = settings.NameOf("RateLimit-Limit");
    private readonly string _remaining = settings.NameOf("RateLimit-Remaining");
    private readonly string _reset = settings.NameOf("RateLimit-Reset");
    private readonly IntegerPolicyField _policy = new(settings);

    protected override void WriteFields(IHeaderDictionary headers, in HeaderContext context)
    {
        ref readonly var status = ref context.Statuses[context.Lowest];
        if (status.Limit is { } limit)
        {
            headers[_limit] = NumberText.Of((long)limit);
        }

        headers[_remaining] = NumberText.Of(context.Remaining(status));
        if (context.SecondsUntilReset(status) is >= 0 and var seconds)
        {
            headers[_reset] = NumberText.Of(seconds);
        }

        _policy.Write(headers, context);
    }
}
