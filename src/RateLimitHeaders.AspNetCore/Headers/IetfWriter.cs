using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Writes <c>RateLimit</c> and <c>RateLimit-Policy</c> of draft-ietf-httpapi-ratelimit-headers-08 to -11: Lists of Strings
/// with parameters (RFC 9651), an item for every quota.
/// </summary>
internal sealed class IetfWriter(IetfSettings settings, CallerHash? partitionKey) : HeaderWriter
{
    private readonly string _rateLimit = settings.NameOf("RateLimit");
    private readonly string _rateLimitPolicy = settings.NameOf("RateLimit-Policy");
    private readonly FieldFamily _family = new(settings.NameOf("RateLimit"), settings.NameOf("RateLimit-Policy"), settings.NameOf("RateLimit"));

    public override void Write(IHeaderDictionary headers, in HeaderContext context)
    {
        if (headers.Count > 0 && (headers.ContainsKey(_rateLimit) || headers.ContainsKey(_rateLimitPolicy)))
        {
            if (context.Settings.Existing == ExistingFields.Tighter && IsList(headers))
            {
                Append(headers, context);
                return;
            }

            // A list of Strings cannot go on another field, such as the Dictionary of draft -07 or the numbers of draft -06's RateLimit-Policy.
            if (_family.Stays(headers, context, context.Remaining(context.Statuses[context.Lowest])))
            {
                return;
            }
        }

        var key = partitionKey?.Parameter(context.Request.Policy.Name, context.Request.Partition);
        headers[_rateLimit] = FormatLimits(context, key, static status => status.Quota.QuotedName);

        var policy = key is null
            ? context.Plan.PolicyText.Get(context.Statuses, static statuses => FormatPolicies(statuses, null, static status => status.Quota.QuotedName))
            : FormatPolicies(context.Statuses, key, static status => status.Quota.QuotedName);
        if (policy.Length > 0)
        {
            headers[_rateLimitPolicy] = policy;
        }
    }

    private static string Join(string existing, string added) =>
        existing.Length == 0 ? added : added.Length == 0 ? existing : $"{existing}, {added}";

    /// <summary>Finds a name that no item has that is there: that of the quota, with that of its policy, or with a number, too.</summary>
    private static string FreeName(in QuotaStatus status, string policy, string taken)
    {
        var name = status.Quota.QuotedName;
        for (var i = 1; taken.Contains(name, StringComparison.Ordinal); i++)
        {
            name = StructuredText.Quote(i == 1 ? $"{policy}/{status.Name}" : $"{policy}/{status.Name}/{NumberText.Of(i)}");
        }

        return name;
    }

    private bool IsList(IHeaderDictionary headers) =>
        IsListOfStrings(headers[_rateLimit].ToString()) && IsListOfStrings(headers[_rateLimitPolicy].ToString());

    private static bool IsListOfStrings(string field) => field.Length == 0 || field.TrimStart().StartsWith('"');

    /// <summary>Adds items to lists that are there.</summary>
    private void Append(IHeaderDictionary headers, in HeaderContext context)
    {
        var (limits, policies) = (headers[_rateLimit].ToString(), headers[_rateLimitPolicy].ToString());
        var key = partitionKey?.Parameter(context.Request.Policy.Name, context.Request.Partition);
        var (policy, taken) = (context.Request.Policy.Name, limits + policies);
        Func<QuotaStatus, string> nameOf = status => FreeName(status, policy, taken);
        headers[_rateLimit] = Join(limits, FormatLimits(context, key, nameOf));
        if (Join(policies, FormatPolicies(context.Statuses, key, nameOf)) is { Length: > 0 } joined)
        {
            headers[_rateLimitPolicy] = joined;
        }
    }

    /// <summary>Section "RateLimit Field": what is left (<c>r</c>) and for how long there will be no more (<c>t</c>).</summary>
    private static string FormatLimits(in HeaderContext context, string? key, Func<QuotaStatus, string> nameOf)
    {
        var text = new FieldText(stackalloc char[FieldText.UsualLength]);
        foreach (ref readonly var status in context.Statuses)
        {
            if (text.Length > 0)
            {
                text.Append(", ");
            }

            text.Append(nameOf(status));
            text.Append(";r=");
            text.Append(context.Remaining(status));
            if (context.SecondsUntilMore(status) is >= 0 and var seconds)
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
            var window = status.Quota.Window is { } time ? $";w={NumberText.Of(HeaderContext.SecondsUp(time.Ticks))}" : string.Empty;
            items.Add($"{nameOf(status)};q={NumberText.Of((long)limit)}{unit}{window}{key}");
        }

        return string.Join(", ", items);
    }
}
