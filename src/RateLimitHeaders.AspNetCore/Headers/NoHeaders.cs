namespace RateLimitHeaders.AspNetCore;

/// <summary>A reason why responses carry no rate limit headers: a code that never changes its meaning, and a text.</summary>
/// <param name="Code">The code.</param>
/// <param name="Words">The reason, as the end of "The response carries no rate limit headers:".</param>
internal sealed record NoHeaders(string Code, string Words)
{
    public static readonly NoHeaders Never = new("headers-never", "headers are set to Never, for the plan, its policy or all plans.");
    public static readonly NoHeaders OnRejections = new("headers-on-rejections-only", "headers are set to Rejected, for the plan, its policy or all plans.");
    public static readonly NoHeaders NearLimit = new("headers-near-limit-only", "headers are set to NearLimit, for the plan, its policy or all plans.");
    public static readonly NoHeaders ReportOnly = new("report-only", "the plan is report-only, and headers of report-only plans are off.");

    /// <summary>Creates the reason of partitions that have decided without reporting the caller's statuses.</summary>
    public static NoHeaders WithoutStatuses(string? reason) => new("standing-unknown", reason ?? "the caller's status is not known.");
}
