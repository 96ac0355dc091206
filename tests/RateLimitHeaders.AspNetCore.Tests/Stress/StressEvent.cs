namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Permits that were taken or given back, at the moment at which the limiter says that it did so.</summary>
/// <param name="Caller">Whose they are.</param>
/// <param name="Kind">What happened.</param>
/// <param name="At">When, in ticks.</param>
/// <param name="Of">Of a refund, when the request took them.</param>
/// <param name="Permits">How many.</param>
internal readonly record struct StressEvent(int Caller, StressEventKind Kind, long At, long Of, long Permits);
