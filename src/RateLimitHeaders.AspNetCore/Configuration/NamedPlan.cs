namespace RateLimitHeaders.AspNetCore;

/// <summary>The options of a plan.</summary>
/// <param name="Path">Where they are in the configuration.</param>
/// <param name="Options">The options.</param>
internal sealed record NamedPlan(string Path, PlanOptions Options);
