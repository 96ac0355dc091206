using Microsoft.OpenApi;

namespace RateLimitHeaders.AspNetCore.OpenApi;

/// <summary>
/// Describes a field: its meaning and its format. Which responses carry it is left to the operations, which refer to one description.
/// </summary>
internal static class FieldHeader
{
    // The greatest limit, the longest time with its jitter, which is that of a bucket's debt, and the last moment of a date with a four-digit year.
    private const string MaxLimit = "999999999999999";
    private const string MaxSeconds = "233740060922";
    private const string MaxUnixSeconds = "253402300799";
    private const string MaxUnixMilliseconds = "253402300799999";
    private const int MaxText = 8192;

    public static OpenApiHeader Create(RateLimitFieldInfo field) => new() { Description = MeaningOf(field), Schema = SchemaOf(field.Format) };

    public static OpenApiHeader CreateRetryAfter() => new()
    {
        Description = "The seconds to wait before the request is repeated (RFC 9110, section 10.2.3). It is missing if waiting does not help.",
        Schema = WholeNumber(MaxSeconds),
    };

    private static string MeaningOf(RateLimitFieldInfo field) => field.Meaning switch
    {
        RateLimitFieldMeaning.Limit => "The limit of the quota that is closest to exhaustion.",
        RateLimitFieldMeaning.Remaining => "The permits that are left of the limit.",
        RateLimitFieldMeaning.Reset => $"When to come back, or when the whole limit is available again: {FormOf(field.Format)}.",
        RateLimitFieldMeaning.Used => "The used part of the limit.",
        RateLimitFieldMeaning.Resource => "The name of the group of endpoints that share the quota.",
        RateLimitFieldMeaning.NearLimit => "Whether little is left of the limit.",
        RateLimitFieldMeaning.Reason => "Which limit rejected the request.",
        RateLimitFieldMeaning.Quotas when field.Draft is IetfDraft.Draft06 or IetfDraft.Draft07 =>
            $"The limits with their windows in seconds (`w`), such as `60;w=3600` ({NameOf(field.Draft)}).",
        RateLimitFieldMeaning.Quotas =>
            $"The quotas with their limits (`q`), windows in seconds (`w`) and units (`qu`), such as `\"hourly\";q=60;w=3600` ({NameOf(field.Draft)}).",
        _ when field.Draft == IetfDraft.Draft07 =>
            $"The limit, the permits that are left, and the seconds until it resets, such as `limit=60, remaining=59, reset=3600` ({NameOf(field.Draft)}).",
        _ => $"For each quota the permits left (`r`) and the seconds until more are available (`t`), such as `\"hourly\";r=59;t=3600` ({NameOf(field.Draft)}).",
    };

    public static string NameOf(IetfDraft draft) => $"draft-ietf-httpapi-ratelimit-headers-{(int)draft:00}";

    private static string FormOf(RateLimitFieldFormat format) => format switch
    {
        RateLimitFieldFormat.UnixSeconds => "seconds since 1970-01-01 UTC",
        RateLimitFieldFormat.UnixMilliseconds => "milliseconds since 1970-01-01 UTC",
        RateLimitFieldFormat.Iso8601 => "a date and time in UTC, such as `2026-05-23T14:07:13Z`",
        RateLimitFieldFormat.Iso8601Minutes => "a date and time in UTC without seconds, such as `2026-05-23T14:08Z`",
        RateLimitFieldFormat.HttpDate => "a date and time of HTTP, such as `Sat, 23 May 2026 14:07:13 GMT`",
        _ => "seconds from now",
    };

    private static OpenApiSchema SchemaOf(RateLimitFieldFormat format) => format switch
    {
        RateLimitFieldFormat.Boolean => new() { Type = JsonSchemaType.Boolean },
        RateLimitFieldFormat.Number => new() { Type = JsonSchemaType.Number, Format = "double", Minimum = "0", Maximum = MaxLimit },
        RateLimitFieldFormat.WholeNumber => WholeNumber(MaxLimit),
        RateLimitFieldFormat.DeltaSeconds => WholeNumber(MaxSeconds),
        RateLimitFieldFormat.UnixSeconds => WholeNumber(MaxUnixSeconds),
        RateLimitFieldFormat.UnixMilliseconds => WholeNumber(MaxUnixMilliseconds),
        RateLimitFieldFormat.Iso8601 => new() { Type = JsonSchemaType.String, Format = "date-time", MaxLength = 20 },
        _ => new() { Type = JsonSchemaType.String, Pattern = "^[ -~]*$", MaxLength = MaxText },
    };

    private static OpenApiSchema WholeNumber(string maximum) =>
        new() { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0", Maximum = maximum };
}
