namespace RateLimitHeaders.AspNetCore;

/// <summary>A batch that a server holds, as a state keeps it.</summary>
/// <param name="End">When it ends by itself. A server stops using it when half of that time is over.</param>
/// <param name="Permits">Its permits, beside those that were used at once.</param>
internal readonly record struct StoredBatch(long End, long Permits);
