namespace RateLimitHeaders.AspNetCore;

/// <summary>The features of requests that are not limited: one for each reason, whatever the request.</summary>
internal static class NotLimited
{
    public static readonly RateLimitFeature DisabledByEndpoint = Because("endpoint-disabled", "the endpoint has DisableRateLimiting.");
    public static readonly RateLimitFeature ExemptByCondition = Because("exempt-condition", "ExemptWhen holds.");
    public static readonly RateLimitFeature ExemptByConfiguration = Because("exempt-configuration", "configuration exempts the endpoint.");
    public static readonly RateLimitFeature ExemptByTokenType = Because("exempt-token-type", "the token type is exempt.");
    public static readonly RateLimitFeature Preflight = Because("preflight", "the request is a preflight of CORS, which no client can do without.");
    public static readonly RateLimitFeature OfOperations = Because("operations", "the endpoint tells of rate limits, and is never limited itself.");
    public static readonly RateLimitFeature WithoutPolicy = Because("no-policy", "the endpoint requires no policy, and there is no default one.");

    public static readonly RateLimitFeature WithMissingPolicy =
        Because("policy-missing", "the policy that the endpoint requires does not exist, and there is no default one.");

    private static RateLimitFeature Because(string code, string words) => new(new NoHeaders(code, words));
}
