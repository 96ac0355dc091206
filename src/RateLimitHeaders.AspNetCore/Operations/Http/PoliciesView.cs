namespace RateLimitHeaders.AspNetCore;

/// <summary>All policies in force, as JSON tells them.</summary>
/// <param name="At">The present, in milliseconds since the Unix epoch.</param>
/// <param name="Policies">The policies.</param>
internal sealed record PoliciesView(long At, IReadOnlyList<PolicyView> Policies);
