namespace RateLimitHeaders.AspNetCore;

/// <summary>All policies in force, as JSON tells them.</summary>
/// <param name="At">The present, in milliseconds since the Unix epoch.</param>
/// <param name="Server">What tells apart the servers behind one address, each of which counts its own decisions.</param>
/// <param name="Policies">The policies.</param>
internal sealed record PoliciesView(long At, string Server, IReadOnlyList<PolicyView> Policies);
