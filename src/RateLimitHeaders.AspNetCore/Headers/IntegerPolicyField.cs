using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary><c>RateLimit-Policy</c> as defined by drafts -06 and -07: <c>100;w=60, 1000;w=3600</c>.</summary>
internal sealed class IntegerPolicyField(IetfSettings settings)
{
    private readonly string _name = settings.NameOf("RateLimit-Policy");

    public void Write(IHeaderDictionary headers, in HeaderContext context)
    {
        var text = context.Plan.PolicyText.Get(context.Statuses, Format);
        if (text.Length > 0)
        {
            headers[_name] = text;
        }
    }

    /// <summary>These drafts require the window, so that a quota without one has no item.</summary>
    private static string Format(ReadOnlySpan<QuotaStatus> statuses)
    {
        var items = new List<string>();
        foreach (ref readonly var status in statuses)
        {
            if (status is { Limit: { } limit, Quota.Window: { } window })
            {
                items.Add($"{NumberText.Of((long)limit)};w={NumberText.Of(HeaderContext.SecondsUp(window.Ticks))}");
            }
        }

        return string.Join(", ", items);
    }
}
