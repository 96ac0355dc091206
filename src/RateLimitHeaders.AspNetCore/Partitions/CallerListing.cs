namespace RateLimitHeaders.AspNetCore;

/// <summary>Callers of a plan, those nearest their limits first.</summary>
/// <param name="Callers">The callers.</param>
/// <param name="Cursor">
/// Where to continue if callers were not examined; <see langword="null"/> if all were. A caller that is added or
/// removed in the meantime may be listed twice or not at all.
/// </param>
public sealed record CallerListing(IReadOnlyList<ListedCaller> Callers, string? Cursor);
