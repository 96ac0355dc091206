namespace RateLimitHeaders.AspNetCore;

/// <summary>The features of requests that are not limited: one for each reason, whatever the request.</summary>
internal static class NotLimited
{
    public static readonly RateLimitFeature DisabledByEndpoint = new("the endpoint has DisableRateLimiting.");
    public static readonly RateLimitFeature ExemptByCondition = new("ExemptWhen holds.");
    public static readonly RateLimitFeature ExemptByConfiguration = new("configuration exempts the endpoint.");
    public static readonly RateLimitFeature ExemptByTokenType = new("the token type is exempt.");
    public static readonly RateLimitFeature Preflight = new("the request is a preflight of CORS, which no client can do without.");
    public static readonly RateLimitFeature WithoutPolicy = new("the endpoint requires no policy, and there is no default one.");

    public static readonly RateLimitFeature WithMissingPolicy = new("the policy that the endpoint requires does not exist, and there is no default one.");
}
