namespace RateLimitHeaders.AspNetCore;

/// <summary>Counts in the state of a new partition the permits that its caller has used elsewhere.</summary>
/// <param name="principal">The caller.</param>
/// <param name="quotas">The quotas.</param>
/// <param name="state">The state, in which nothing is used yet.</param>
internal delegate void StateResumption(in RateLimitPrincipal principal, QuotaSet quotas, Span<long> state);
