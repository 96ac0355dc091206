namespace RateLimitHeaders.AspNetCore;

/// <summary>Paths of settings, as configuration writes them: <c>Policies:api:Plans:user:Quotas:hourly:PermitLimit</c>.</summary>
internal static class OptionsPath
{
    public const string Principals = nameof(RateLimitHeadersOptions.Principals);
    public const string Headers = nameof(RateLimitHeadersOptions.Headers);
    public const string Quotas = nameof(RateLimitHeadersOptions.Quotas);
    public const string DefaultPolicy = nameof(RateLimitHeadersOptions.DefaultPolicy);
    public const string MaxPartitions = nameof(RateLimitHeadersOptions.MaxPartitions);

    public static string Policy(string name) => Join(nameof(RateLimitHeadersOptions.Policies), name);

    public static string Plan(string policy, string tokenType) => Join(policy, nameof(PolicyOptions.Plans), tokenType);

    public static string PlanForOthers(string policy) => Join(policy, nameof(PolicyOptions.PlanForOthers));

    public static string Join(params ReadOnlySpan<string> parts) => string.Join(':', parts);
}
