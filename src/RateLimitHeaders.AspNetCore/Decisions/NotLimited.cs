namespace RateLimitHeaders.AspNetCore;

/// <summary>Why requests are not limited.</summary>
internal static class NotLimited
{
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
}
