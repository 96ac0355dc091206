namespace RateLimitHeaders.AspNetCore;

/// <summary>The bans of a plan that were set or lifted in a store.</summary>
/// <param name="Position">The position to read further ones from; 0 or more.</param>
/// <param name="Changes">The bans, each caller once.</param>
public readonly record struct StoredBans(long Position, IReadOnlyList<StoredBan> Changes);
