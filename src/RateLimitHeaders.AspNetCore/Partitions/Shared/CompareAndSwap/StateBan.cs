namespace RateLimitHeaders.AspNetCore;

/// <summary>A ban in a state.</summary>
/// <param name="Name">The caller.</param>
/// <param name="Version">The version of the last change of the ban.</param>
/// <param name="Until">The moment at which it ends, in ticks since the Unix epoch.</param>
/// <param name="KnownUntil">
/// The moment until which servers read the change: <paramref name="Until"/>; for a lifted ban, the moment at which it would have ended.
/// </param>
internal readonly record struct StateBan(string Name, long Version, long Until, long KnownUntil);
