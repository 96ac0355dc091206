namespace RateLimitHeaders.AspNetCore;

/// <summary>The callers nearest their limits among the examined ones, the nearest first.</summary>
/// <param name="Callers">The callers.</param>
/// <param name="Cursor">Where to continue if callers were not examined; <see langword="null"/> if all were.</param>
public sealed record RateLimitCallerPage(IReadOnlyList<RateLimitStanding> Callers, string? Cursor);
