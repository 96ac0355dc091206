using System.Runtime.CompilerServices;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The requirements of settings of all kinds.</summary>
internal static class ValueChecks
{
    /// <summary>Adds an error of a setting that cannot have its value, if a condition holds.</summary>
    /// <remarks>The setting has the name of the property that the value comes from, taken from the text of the expression: <c>options.Nodes</c>.</remarks>
    public static void AddIf<T>(
        this ConfigurationErrors errors,
        bool isWrong,
        string id,
        string path,
        T value,
        string remedy,
        [CallerArgumentExpression(nameof(value))] string setting = "")
    {
        if (isWrong)
        {
            var name = setting[(setting.LastIndexOf('.') + 1)..];
            errors.Add(id, OptionsPath.Join(path, name), FormattableString.Invariant($"{name} is {value}; {remedy}."));
        }
    }

    /// <summary>Checks that the enumeration of a value defines it.</summary>
    public static void CheckDefined(
        this ConfigurationErrors errors, string path, Enum? value, [CallerArgumentExpression(nameof(value))] string setting = "") => errors.AddIf(
        value is not null && !Enum.IsDefined(value.GetType(), value),
        RateLimitErrorIds.ValueUndefined,
        path,
        value,
        $"give a value of {value?.GetType().Name}",
        setting);

    /// <summary>Checks the share of callers for which limits are enforced.</summary>
    public static void CheckEnforce(this ConfigurationErrors errors, string path, double? enforce) => errors.AddIf(
        enforce is not (null or (>= 0 and <= 1)),
        RateLimitErrorIds.Enforce,
        path,
        enforce,
        "give a share of the callers from 0, which is report-only, to 1, which is all",
        nameof(PlanOptions.Enforce));

    /// <summary>Checks a value of <see cref="HeadersOptions.ReasonField"/>: a server does not send a response whose fields have other characters.</summary>
    public static void CheckReason(this ConfigurationErrors errors, string path, string? reason) => errors.AddIf(
        reason is not null && !StructuredText.IsPrintable(reason),
        RateLimitErrorIds.Reason,
        OptionsPath.Join(path, nameof(QuotaOptions.Reason)),
        $"Reason is \"{reason}\"; give a text of printable ASCII characters, which a header field can hold, or none.");
}
