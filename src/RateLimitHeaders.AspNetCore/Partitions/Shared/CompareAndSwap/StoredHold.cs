namespace RateLimitHeaders.AspNetCore;

/// <summary>Permits of a concurrency quota that a request holds, in a state.</summary>
/// <param name="Number">The number of the request (<see cref="HeldNumbers"/>).</param>
/// <param name="Permits">The permits.</param>
/// <param name="End">When they come back unless their server renews them.</param>
internal readonly record struct StoredHold(long Number, long Permits, long End);
