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

    public static readonly NoHeaders DisabledByEndpoint = new("endpoint-disabled", "the endpoint has DisableRateLimiting.");
    public static readonly NoHeaders ExemptByCondition = new("exempt-condition", "ExemptWhen returned true.");
    public static readonly NoHeaders ExemptByConfiguration = new("exempt-configuration", "configuration exempts the endpoint.");
    public static readonly NoHeaders ExemptByTokenType = new("exempt-token-type", "the token type is exempt.");
    public static readonly NoHeaders Preflight = new("preflight", "the request is a CORS preflight, which is never limited.");
    public static readonly NoHeaders LeftQueue = new("left-queue", "the client disconnected or the request timed out while it waited for the decision.");
    public static readonly NoHeaders OfOperations = new("operations", "the endpoint reports rate limits, and is never limited itself.");
    public static readonly NoHeaders WithoutPolicy = new("no-policy", "the endpoint requires no policy, and there is no default one.");

    public static readonly NoHeaders WithMissingPolicy =
        new("policy-missing", "the policy that the endpoint requires does not exist, and there is no default one.");

    /// <summary>Creates the reason of partitions that have decided without reporting the caller's statuses.</summary>
    public static NoHeaders WithoutStatuses(string? reason) => new("standing-unknown", reason ?? "the caller's status is not known.");
}
