namespace RateLimitHeaders.AspNetCore;

/// <summary>A ban in a store.</summary>
/// <param name="Name">The caller, as <see cref="StorePartitions.BanNameOf"/> names it.</param>
/// <param name="Lasts">How long the ban lasts from now on; zero if it was lifted.</param>
public readonly record struct StoredBan(string Name, TimeSpan Lasts);
