namespace RateLimitHeaders.AspNetCore;

/// <summary>A ban in a store.</summary>
/// <param name="Name">The name of the caller, as returned by <see cref="StorePartitions.BanNameOf"/>.</param>
/// <param name="Lasts">How long the ban lasts from now on; zero if it was lifted.</param>
public readonly record struct StoredBan(string Name, TimeSpan Lasts);
