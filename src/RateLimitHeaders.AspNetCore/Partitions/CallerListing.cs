namespace RateLimitHeaders.AspNetCore;

/// <summary>Callers of a plan, those nearest their limits first.</summary>
/// <param name="Callers">The callers.</param>
/// <param name="Cursor">
/// Where to go on, if there are callers that were not looked at; <see langword="null"/> if there are none. A caller that comes or
/// goes meanwhile may be listed twice or not at all.
/// </param>
public sealed record CallerListing(IReadOnlyList<ListedCaller> Callers, string? Cursor);
