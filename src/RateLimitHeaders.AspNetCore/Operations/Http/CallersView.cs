namespace RateLimitHeaders.AspNetCore;

/// <summary>Callers, for JSON.</summary>
/// <param name="Callers">The standing of each of them.</param>
/// <param name="Cursor">Where to continue; <see langword="null"/> if there are no more.</param>
internal sealed record CallersView(IReadOnlyList<StandingView> Callers, string? Cursor);
