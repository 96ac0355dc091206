using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Writes <c>RateLimit</c> and <c>RateLimit-Policy</c> of draft-ietf-httpapi-ratelimit-headers-08 to -11: Lists of Strings
/// with parameters (RFC 9651), an item for every quota.
/// </summary>
internal sealed class IetfWriter(IetfSettings settings, CallerHash? partitionKey) : HeaderWriter(settings.NameOf("RateLimit"), settings.Names)
{
    private readonly string _rateLimit = settings.NameOf("RateLimit");
    private readonly string _rateLimitPolicy = settings.NameOf("RateLimit-Policy");

    protected override void WriteFields(IHeaderDictionary headers, in HeaderContext context)
    {
        var keys = KeysOf(context);
        headers[_rateLimit] = FormatLimits(context, keys, static quota => quota.QuotedName);

        var policy = keys is null
            ? context.Plan.PolicyText.Get(context.Statuses, static statuses => FormatPolicies(statuses, null, static quota => quota.QuotedName))
            : FormatPolicies(context.Statuses, keys, static quota => quota.QuotedName);
        if (policy.Length > 0)
        {
            headers[_rateLimitPolicy] = policy;
        }
    }

    protected override bool TryAppend(IHeaderDictionary headers, in HeaderContext context)
    {
        // A list of Strings cannot go on another field, such as the Dictionary of draft -07 or the numbers of draft -06's RateLimit-Policy.
        if (context.Settings.Existing != ExistingFields.Tighter || !IsList(headers))
        {
            return false;
        }

        var (limits, policies) = (headers[_rateLimit].ToString(), headers[_rateLimitPolicy].ToString());
        var keys = KeysOf(context);
        var (policy, taken) = (context.Request.Policy.Name, limits + policies);
        Func<QuotaDescription, string> nameOf = quota => FreeName(quota, policy, taken);
        headers[_rateLimit] = Join(limits, FormatLimits(context, keys, nameOf));
        if (Join(policies, FormatPolicies(context.Statuses, keys, nameOf)) is { Length: > 0 } joined)
        {
            headers[_rateLimitPolicy] = joined;
        }

        return true;
    }

    private static string Join(string existing, string added) =>
        existing.Length == 0 ? added : added.Length == 0 ? existing : $"{existing}, {added}";

    /// <summary>Finds a name that no existing item has: that of the quota, those of the policy and the quota, or these with a number.</summary>
    private static string FreeName(QuotaDescription quota, string policy, string taken)
    {
        var name = quota.QuotedName;
        for (var i = 1; taken.Contains(name, StringComparison.Ordinal); i++)
        {
            name = StructuredText.Quote(i == 1 ? $"{policy}/{quota.Name}" : $"{policy}/{quota.Name}/{NumberText.Of(i)}");
        }

        return name;
    }

    private bool IsList(IHeaderDictionary headers) =>
        IsListOfStrings(headers[_rateLimit].ToString()) && IsListOfStrings(headers[_rateLimitPolicy].ToString());

    private static bool IsListOfStrings(string field) => field.Length == 0 || field.TrimStart().StartsWith('"');

    /// <summary>
    /// Returns the parameter <c>pk</c> of each item, which may be <see langword="null"/>: policies that decide together may count in several
    /// partitions.
    /// </summary>
    private string?[]? KeysOf(in HeaderContext context)
    {
        if (partitionKey is null)
        {
            return null;
        }

        // The quotas of a plan are adjacent, and have one partition, whose hash takes longer than the rest of the field.
        var keys = new string?[context.Statuses.Length];
        LimitedRequest? before = null;
        for (var i = 0; i < keys.Length; i++)
        {
            var part = context.Request.PartOf(context.Plan.IndexOfShown(i));
            keys[i] = part == before ? keys[i - 1] : partitionKey.Parameter(part.Policy.Name, part.Partition);
            before = part;
        }

        return keys;
    }

    /// <summary>Section "RateLimit Field": the permits that are left (<c>r</c>) and the time in which no more become available (<c>t</c>).</summary>
    private static string FormatLimits(in HeaderContext context, string?[]? keys, Func<QuotaDescription, string> nameOf)
    {
        var text = new FieldText(stackalloc char[FieldText.UsualLength]);
        for (var i = 0; i < context.Statuses.Length; i++)
        {
            ref readonly var status = ref context.Statuses[i];
            if (text.Length > 0)
            {
                text.Append(", ");
            }

            text.Append(nameOf(status.Quota));
            text.Append(";r=");
            text.Append(context.Remaining(status));
            if (context.SecondsUntilMore(status) is >= 0 and var seconds)
            {
                text.Append(";t=");
                text.Append(seconds);
            }

            if (keys?[i] is { } key)
            {
                text.Append(key);
            }
        }

        return text.ToString();
    }

    /// <summary>Section "RateLimit-Policy Field": the limit (<c>q</c>), which is required, its unit and its window.</summary>
    private static string FormatPolicies(ReadOnlySpan<QuotaStatus> statuses, string?[]? keys, Func<QuotaDescription, string> nameOf)
    {
        var items = new List<string>();
        for (var i = 0; i < statuses.Length; i++)
        {
            ref readonly var status = ref statuses[i];
            if (status.Limit is not { } limit)
            {
                continue;
            }

            var unit = status.Quota.Unit == QuotaUnits.Requests ? string.Empty : $";qu={StructuredText.Quote(status.Quota.Unit)}";
            var window = status.Quota.Window is { } time ? $";w={NumberText.Of(HeaderContext.SecondsUp(time.Ticks))}" : string.Empty;
            items.Add($"{nameOf(status.Quota)};q={NumberText.Of((long)limit)}{unit}{window}{keys?[i]}");
        }

        return string.Join(", ", items);
    }
}
