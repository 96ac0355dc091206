namespace RateLimitHeaders.AspNetCore;

/// <summary>Callers, as JSON tells them.</summary>
/// <param name="Callers">Where each of them stands.</param>
/// <param name="Cursor">Where to go on; <see langword="null"/> where there are no more.</param>
internal sealed record CallersView(IReadOnlyList<StandingView> Callers, string? Cursor);
