namespace RateLimitHeaders.AspNetCore;

/// <summary>The callers nearest their limits among those that were looked at, the nearest first.</summary>
/// <param name="Callers">The callers.</param>
/// <param name="Cursor">Where to go on, if there are callers that were not looked at; <see langword="null"/> if there are none.</param>
public sealed record RateLimitCallerPage(IReadOnlyList<RateLimitStanding> Callers, string? Cursor);
