using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Writes <c>RateLimit</c> and <c>RateLimit-Policy</c> of draft-ietf-httpapi-ratelimit-headers-08 to -11: Lists of Strings
/// with parameters (RFC 9651), an item for every quota.
/// </summary>
internal sealed class IetfWriter(PartitionKeyHash? partitionKey) : HeaderWriter
{
    private const string RateLimit = "RateLimit";
    private const string RateLimitPolicy = "RateLimit-Policy";

    public override void Write(IHeaderDictionary headers, in HeaderFacts facts)
    {
        var key = partitionKey?.Parameter(facts.Request.Policy.Name, facts.Request.Principal);
        headers[RateLimit] = FormatLimits(facts, key);

        var policy = key is null
            ? facts.Texts.Policy(facts.Statuses, static statuses => FormatPolicies(statuses, null))
            : FormatPolicies(facts.Statuses, key);
        if (policy.Length > 0)
        {
            headers[RateLimitPolicy] = policy;
        }
    }

    /// <summary>Section "RateLimit Field": what is left (<c>r</c>) and for how long there will be no more (<c>t</c>).</summary>
    private static string FormatLimits(in HeaderFacts facts, string? key)
    {
        var text = new FieldText(stackalloc char[FieldText.UsualLength]);
        foreach (ref readonly var status in facts.Statuses)
        {
            if (text.Length > 0)
            {
                text.Append(", ");
            }

            text.Append(status.Quota.QuotedName);
            text.Append(";r=");
            text.Append(facts.Remaining(status));
            if (facts.SecondsUntilMore(status) is >= 0 and var seconds)
            {
                text.Append(";t=");
                text.Append(seconds);
            }

            if (key is not null)
            {
                text.Append(key);
            }
        }

        return text.ToString();
    }

    /// <summary>Section "RateLimit-Policy Field": the limit (<c>q</c>), which is required, its unit and its window.</summary>
    private static string FormatPolicies(ReadOnlySpan<QuotaStatus> statuses, string? key)
    {
        var items = new List<string>();
        foreach (ref readonly var status in statuses)
        {
            if (status.Limit is not { } limit)
            {
                continue;
            }

            var unit = status.Quota.Unit == QuotaUnits.Requests ? string.Empty : $";qu={StructuredText.Quote(status.Quota.Unit)}";
            var window = status.Quota.Window is { } time ? $";w={NumberText.Of(HeaderFacts.SecondsUp(time.Ticks))}" : string.Empty;
            items.Add($"{status.Quota.QuotedName};q={NumberText.Of((long)limit)}{unit}{window}{key}");
        }

        return string.Join(", ", items);
    }
}
