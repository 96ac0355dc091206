namespace RateLimitHeaders.AspNetCore;

/// <summary>All policies in force, for JSON.</summary>
/// <param name="At">The present moment, in milliseconds since the Unix epoch.</param>
/// <param name="Server">An id that distinguishes the servers behind one address, each of which counts its own decisions.</param>
/// <param name="Policies">The policies.</param>
internal sealed record PoliciesView(long At, string Server, IReadOnlyList<PolicyView> Policies);
