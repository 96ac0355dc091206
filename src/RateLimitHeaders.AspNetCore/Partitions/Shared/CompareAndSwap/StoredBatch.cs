namespace RateLimitHeaders.AspNetCore;

/// <summary>A batch that a server holds, in a state.</summary>
/// <param name="End">When it ends by itself. A server stops using it when half of that time is over.</param>
/// <param name="Permits">Its permits, in addition to those that were used at once.</param>
internal readonly record struct StoredBatch(long End, long Permits);
