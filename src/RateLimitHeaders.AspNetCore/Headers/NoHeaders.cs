namespace RateLimitHeaders.AspNetCore;

/// <summary>Why responses carry no rate limit headers: a code that never changes its meaning, and words.</summary>
/// <param name="Code">The code.</param>
/// <param name="Words">The reason, as the end of "The response carries no rate limit headers:".</param>
internal sealed record NoHeaders(string Code, string Words)
{
    public static readonly NoHeaders Never = new("headers-never", "its plan, or Headers for all plans, has them never.");
    public static readonly NoHeaders OnRejections = new("headers-on-rejections-only", "its plan, or Headers for all plans, has them on rejections only.");
    public static readonly NoHeaders NearLimit = new("headers-near-limit-only", "its plan, or Headers for all plans, has them near the limit only.");
    public static readonly NoHeaders ReportOnly = new("report-only", "its plan is report-only, and Headers has no fields for such plans.");

    /// <summary>The partitions have decided, and do not tell where the caller stands.</summary>
    public static NoHeaders WithoutStatuses(string? reason) => new("standing-unknown", reason ?? "it is not known where the caller stands.");
}
