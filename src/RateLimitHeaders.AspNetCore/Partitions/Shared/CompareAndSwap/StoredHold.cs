namespace RateLimitHeaders.AspNetCore;

/// <summary>Permits of a concurrency quota that a request holds, as a state keeps them.</summary>
/// <param name="Number">The number of the request (<see cref="HeldNumbers"/>).</param>
/// <param name="Permits">The permits.</param>
/// <param name="End">When they come back if their server says nothing more.</param>
internal readonly record struct StoredHold(long Number, long Permits, long End);
