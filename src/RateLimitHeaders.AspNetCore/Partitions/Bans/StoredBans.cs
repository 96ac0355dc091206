namespace RateLimitHeaders.AspNetCore;

/// <summary>The bans of a plan that were set or lifted in a store.</summary>
/// <param name="Position">The position after which to read next; 0 or more.</param>
/// <param name="Changes">The bans, at most one for each caller.</param>
public readonly record struct StoredBans(long Position, IReadOnlyList<StoredBan> Changes);
