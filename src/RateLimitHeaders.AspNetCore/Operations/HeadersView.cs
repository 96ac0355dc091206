namespace RateLimitHeaders.AspNetCore;

/// <summary>Whether responses to a caller carry rate limit headers, for JSON.</summary>
/// <param name="Sent">Whether they do.</param>
/// <param name="Code">Why not, as a code that never changes its meaning.</param>
/// <param name="Why">Why not, as a text.</param>
/// <param name="Fields">The names of the fields that responses carry.</param>
internal sealed record HeadersView(bool Sent, string? Code, string? Why, IReadOnlyList<string> Fields)
{
    /// <summary>Describes responses to a caller.</summary>
    /// <param name="reason">Why they carry no headers; <see langword="null"/> if they do.</param>
    /// <param name="headers">The header families.</param>
    /// <param name="isReportOnly">Whether they carry the fields of report-only plans.</param>
    public static HeadersView Of(NoHeaders? reason, HeadersDefinition headers, bool isReportOnly) => reason is not null
        ? new(false, reason.Code, reason.Words, [])
        : new(true, null, null, [.. isReportOnly ? headers.ReportOnly?.FieldNames ?? [] : (headers with { ReportOnly = null }).FieldNames]);
}
