namespace RateLimitHeaders.AspNetCore;

/// <summary>The problem types of draft-ietf-httpapi-ratelimit-headers-11, section "Problem Types" (RFC 9457).</summary>
internal static class ProblemTypes
{
    public const string QuotaExceeded = "https://iana.org/assignments/http-problem-types#quota-exceeded";
    public const string QuotaExceededTitle = "Request cannot be satisfied as assigned quota has been exceeded";

    public const string TemporaryReducedCapacity = "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity";
    public const string TemporaryReducedCapacityTitle = "Request cannot be satisfied due to temporary server capacity constraints";

    public const string AbnormalUsageDetected = "https://iana.org/assignments/http-problem-types#abnormal-usage-detected";
    public const string AbnormalUsageDetectedTitle = "Request not satisfied due to detection of abnormal request pattern";

    /// <summary>The extension member with the names of the quotas that were exceeded.</summary>
    public const string ViolatedPolicies = "violated-policies";
}
