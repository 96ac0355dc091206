namespace RateLimitHeaders.AspNetCore;

/// <summary>The options of a plan.</summary>
/// <param name="Path">Where they are in the configuration.</param>
/// <param name="Quotas">The quotas.</param>
/// <param name="Options">The other options.</param>
internal sealed record NamedPlan(string Path, OrderedDictionary<string, QuotaOptions> Quotas, PlanOptions Options);
