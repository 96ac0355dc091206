using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Writes <c>RateLimit</c> and <c>RateLimit-Policy</c> of draft-ietf-httpapi-ratelimit-headers-08 to -11: Lists of Strings
/// with parameters (RFC 9651), an item for every quota.
/// </summary>
internal sealed class IetfWriter(IetfSettings settings, PartitionKeyHash? partitionKey) : HeaderWriter
{
    private readonly string _rateLimit = settings.NameOf("RateLimit");
    private readonly string _rateLimitPolicy = settings.NameOf("RateLimit-Policy");

    public override void Write(IHeaderDictionary headers, in HeaderFacts facts)
    {
        if (headers.TryGetValue(_rateLimit, out var existing) && existing.Count > 0 && facts.Existing != ExistingFields.Replace)
        {
            if (facts.Existing == ExistingFields.Tighter)
            {
                Append(headers, facts, existing.ToString());
            }

            return;
        }

        var key = partitionKey?.Parameter(facts.Request.Policy.Name, facts.Request.Principal);
        headers[_rateLimit] = FormatLimits(facts, key, static status => status.Quota.QuotedName);

        var policy = key is null
            ? facts.Texts.Policy(facts.Statuses, static statuses => FormatPolicies(statuses, null, static status => status.Quota.QuotedName))
            : FormatPolicies(facts.Statuses, key, static status => status.Quota.QuotedName);
        if (policy.Length > 0)
        {
            headers[_rateLimitPolicy] = policy;
        }
    }

    /// <summary>Adds items to lists that are there. A quota whose name is taken goes by that of its policy, too.</summary>
    private void Append(IHeaderDictionary headers, in HeaderFacts facts, string existing)
    {
        var key = partitionKey?.Parameter(facts.Request.Policy.Name, facts.Request.Principal);
        var policy = facts.Request.Policy.Name;
        Func<QuotaStatus, string> nameOf = status => existing.Contains(status.Quota.QuotedName, StringComparison.Ordinal)
            ? StructuredText.Quote($"{policy}/{status.Name}")
            : status.Quota.QuotedName;
        headers[_rateLimit] = $"{existing}, {FormatLimits(facts, key, nameOf)}";
        var policies = FormatPolicies(facts.Statuses, key, nameOf);
        headers[_rateLimitPolicy] = string.Join(
            ", ", new[] { headers[_rateLimitPolicy].ToString(), policies }.Where(text => text.Length > 0));
    }

    /// <summary>Section "RateLimit Field": what is left (<c>r</c>) and for how long there will be no more (<c>t</c>).</summary>
    private static string FormatLimits(in HeaderFacts facts, string? key, Func<QuotaStatus, string> nameOf)
    {
        var text = new FieldText(stackalloc char[FieldText.UsualLength]);
        foreach (ref readonly var status in facts.Statuses)
        {
            if (text.Length > 0)
            {
                text.Append(", ");
            }

            text.Append(nameOf(status));
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
    private static string FormatPolicies(ReadOnlySpan<QuotaStatus> statuses, string? key, Func<QuotaStatus, string> nameOf)
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
            items.Add($"{nameOf(status)};q={NumberText.Of((long)limit)}{unit}{window}{key}");
        }

        return string.Join(", ", items);
    }
}
