namespace RateLimitHeaders.AspNetCore;

/// <summary>Paths of settings, as configuration writes them: <c>Policies:api:Plans:user:Quotas:hourly:PermitLimit</c>.</summary>
internal static class OptionsPath
{
    public const string Headers = nameof(RateLimitHeadersOptions.Headers);
    public const string DefaultPolicy = nameof(RateLimitHeadersOptions.DefaultPolicy);
    public const string GlobalPolicy = nameof(RateLimitHeadersOptions.GlobalPolicy);

    public static string Policy(string name) => Join(nameof(RateLimitHeadersOptions.Policies), name);

    public static string Plan(string policy, string tokenType) => Join(policy, nameof(PolicyOptions.Plans), tokenType);

    public static string PlanForOthers(string policy) => Join(policy, nameof(PolicyOptions.PlanForOthers));

    public static string Quota(string parent, string name) => Join(parent, nameof(PlanOptions.Quotas), name);

    /// <summary>Joins the parts of a path. The whole configuration, as the first part, is empty.</summary>
    public static string Join(params ReadOnlySpan<string> parts) => string.Join(':', parts[0].Length == 0 ? parts[1..] : parts);
}
