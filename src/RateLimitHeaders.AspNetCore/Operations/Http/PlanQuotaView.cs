namespace RateLimitHeaders.AspNetCore;

/// <summary>A quota of a plan in force, for JSON.</summary>
/// <param name="Name">The name.</param>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Limit">The limit; <see langword="null"/> if it depends on the caller.</param>
/// <param name="Window">The length of the window in seconds; <see langword="null"/> for none.</param>
/// <param name="Unit">The quota unit.</param>
internal sealed record PlanQuotaView(string Name, string Algorithm, double? Limit, double? Window, string Unit);
