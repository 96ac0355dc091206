namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>The ids of all rules.</summary>
public static class RuleIds
{
    /// <summary><c>UseRateLimitHeaders()</c> runs before a middleware whose result it needs, or after the endpoints.</summary>
    public const string PipelineOrder = "RLH1001";

    /// <summary><c>UseRateLimitHeaders()</c> runs after <c>UseAuthorization()</c>.</summary>
    public const string AfterAuthorization = "RLH1002";

    /// <summary>An endpoint requires a policy that does not exist.</summary>
    public const string PolicyName = "RLH1003";

    /// <summary>Code that outlives a request uses its <c>RateLimitFeature</c>.</summary>
    public const string FeatureLifetime = "RLH1004";

    /// <summary>The task of <c>ChargeAsync</c>, <c>RefundAsync</c> or <c>SettleAsync</c> is discarded.</summary>
    public const string DiscardedCharge = "RLH1005";
}
