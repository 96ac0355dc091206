namespace RateLimitHeaders.AspNetCore;

/// <summary>What settings of all kinds must keep.</summary>
internal static class ValueRules
{
    /// <summary>Says that a setting cannot have its value, and what to do.</summary>
    public static RateLimitConfigurationError Say<T>(string id, string path, string setting, T value, string remedy) =>
        new(id, OptionsPath.Join(path, setting), FormattableString.Invariant($"{setting} is {value}; {remedy}."));

    /// <summary>Checks that a value is one that its type defines.</summary>
    public static IEnumerable<RateLimitConfigurationError> IsDefined<T>(string path, string setting, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            yield return Say(RateLimitErrorIds.ValueUndefined, path, setting, value, $"give a value of {typeof(T).Name}");
        }
    }

    /// <summary>Checks that a value has no flag but those that its type defines.</summary>
    public static IEnumerable<RateLimitConfigurationError> AreDefined(string path, string setting, XRateLimitFields value)
    {
        if (Enum.GetValues<XRateLimitFields>().Aggregate(value, (left, field) => left & ~field) != XRateLimitFields.None)
        {
            yield return Say(RateLimitErrorIds.ValueUndefined, path, setting, value, $"give values of {nameof(XRateLimitFields)}");
        }
    }

    /// <summary>Checks the share of callers that limits are enforced for.</summary>
    public static IEnumerable<RateLimitConfigurationError> IsShare(string path, double? enforce)
    {
        if (enforce is { } share && !(share >= 0 && share <= 1))
        {
            yield return Say(
                RateLimitErrorIds.Enforce,
                path,
                nameof(PlanOptions.Enforce),
                share,
                "give a share of the callers from 0, which is report-only, to 1, which is all");
        }
    }

    /// <summary>Checks what <see cref="HeadersOptions.ReasonField"/> is to say: a server does not send a response whose fields have other characters.</summary>
    public static IEnumerable<RateLimitConfigurationError> IsReason(string path, string? reason)
    {
        if (reason is not null && !StructuredText.IsPrintable(reason))
        {
            yield return new(
                RateLimitErrorIds.Reason,
                OptionsPath.Join(path, nameof(QuotaOptions.Reason)),
                $"Reason is \"{reason}\"; give a text of printable ASCII characters, which a header field can hold, or none.");
        }
    }
}
